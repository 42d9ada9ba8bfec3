<?php

declare(strict_types=1);

use GuzzleHttp\Client;
use GuzzleHttp\Psr7\FnStream;
use GuzzleHttp\Psr7\Utils;
use OpenAPI\Client\Api\ClustersApi;
use OpenAPI\Client\Api\InferenceApi;
use OpenAPI\Client\ApiException;
use OpenAPI\Client\Configuration;
use OpenAPI\Client\Model\CapacityRequest;
use OpenAPI\Client\Model\CreateClusterRequest;
use OpenAPI\Client\Model\GenerationParams;
use OpenAPI\Client\Model\TextGenerationRequest;
use OpenAPI\Client\Model\TextGenerationStreamRequest;
use OpenAPI\Client\Model\TextToSpeechBytesRequest;

extension_loaded('curl') || exit("the extension curl of PHP is missing\n");
set_error_handler(fn (int $level, string $message) => throw new ErrorException($message));
require 'GuzzleHttp/autoload.php';
spl_autoload_register(fn (string $name) => require 'client/lib/' . strtr(substr($name, 15), '\\', '/') . '.php');

const TEXT = 'Once upon a time at the café';
$configuration = (new Configuration())->setHost($argv[1])
    ->setApiKey('Authorization', 'tour')->setApiKeyPrefix('Authorization', 'Key');
$http = new Client();
$clusters = new ClustersApi($http, $configuration);
$inference = new InferenceApi($http, $configuration);

$capacity = new CapacityRequest(['min' => 0, 'max' => 2]);
$clusters->createClusterV2('acme', 'writer', new CreateClusterRequest(['capacity' => $capacity]));
echo 'cluster ', $clusters->readClusterV2('acme', 'writer')->getOutput()->getCapacity()->getMax(), "\n";
$clusters->deleteClusterV2('acme', 'writer');

$input = ['text' => TEXT, 'params' => new GenerationParams(['max_new_tokens' => 8])];
echo 'run ', $inference->runTextGeneration('acme', 'writer', new TextGenerationRequest($input))->getOutput(), "\n";

// The generated function returns the whole text; Guzzle sends its request and writes the pieces.
$pieces = [];
$sink = FnStream::decorate(Utils::streamFor(), ['write' => function (string $piece) use (&$pieces): int {
    $pieces[] = $piece;
    return strlen($piece);
}]);
$streamed = new TextGenerationStreamRequest([...$input, 'stream' => true]);
$http->send($inference->runTextGenerationStreamRequest('acme', 'writer', $streamed), ['sink' => $sink]);
echo 'stream ', count($pieces), ' ', implode('', $pieces), "\n";

$speech = new TextToSpeechBytesRequest(['text' => TEXT, 'json' => false]);
echo 'bytes ', $inference->runTextToSpeechBytes('acme', 'speaker', $speech)->getSize(), "\n";

try {
    $inference->runTextGeneration('acme', 'nobody', new TextGenerationRequest($input));
} catch (ApiException $error) {
    echo 'error ', $error->getCode(), ' ', $error->getResponseObject()->getError(), "\n";
}
