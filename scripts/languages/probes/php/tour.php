<?php

declare(strict_types=1);

use GuzzleHttp\Client;
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

// The generated function returns the whole text; Guzzle sends its request and reads the pieces.
$streamed = new TextGenerationStreamRequest([...$input, 'stream' => true]);
$body = $http->send($inference->runTextGenerationStreamRequest('acme', 'writer', $streamed), ['stream' => true])->getBody();
$pieces = [];
while (!$body->eof()) {
    $pieces[] = $body->read(1024);
}
$pieces = array_filter($pieces, 'strlen');
echo 'stream ', count($pieces), ' ', implode('', $pieces), "\n";

$speech = new TextToSpeechBytesRequest(['text' => TEXT, 'json' => false]);
echo 'bytes ', $inference->runTextToSpeechBytes('acme', 'speaker', $speech)->getSize(), "\n";

try {
    $inference->runTextGeneration('acme', 'nobody', new TextGenerationRequest($input));
} catch (ApiException $error) {
    echo 'error ', $error->getCode(), ' ', $error->getResponseObject()->getError(), "\n";
}
