# frozen_string_literal: true

require 'logger'
require 'openapi_client'

TEXT = 'Once upon a time at the café'
OpenapiClient.configure do |it|
  it.scheme, it.host = ARGV[0].split('://')
  it.server_index = nil
  it.logger = Logger.new(nil)
  it.api_key = { 'Authorization' => 'tour' }
  it.api_key_prefix = { 'Authorization' => 'Key' }
end
clusters = OpenapiClient::ClustersApi.new
inference = OpenapiClient::InferenceApi.new

capacity = OpenapiClient::CapacityRequest.new(min: 0, max: 2)
clusters.create_cluster_v2('acme', 'writer', { create_cluster_request: OpenapiClient::CreateClusterRequest.new(capacity: capacity) })
puts "cluster #{clusters.read_cluster_v2('acme', 'writer').output.capacity.max}"
clusters.delete_cluster_v2('acme', 'writer')

input = { text: TEXT, params: OpenapiClient::GenerationParams.new(max_new_tokens: 8) }
puts "run #{inference.run_text_generation('acme', 'writer', OpenapiClient::TextGenerationRequest.new(input)).output}"

# The generated function returns the whole text, so a callback of typhoeus receives the pieces.
pieces = []
Typhoeus.before { |request| request.on_body { |piece| pieces << piece.dup } }
inference.run_text_generation_stream('acme', 'writer', OpenapiClient::TextGenerationStreamRequest.new(**input, stream: true))
Typhoeus.before.clear
puts "stream #{pieces.size} #{pieces.join.force_encoding('UTF-8')}"

speech = OpenapiClient::TextToSpeechBytesRequest.new(text: TEXT, json: false)
puts "bytes #{inference.run_text_to_speech_bytes('acme', 'speaker', speech).size}"

begin
  inference.run_text_generation('acme', 'nobody', OpenapiClient::TextGenerationRequest.new(input))
rescue OpenapiClient::ApiError => e
  puts "error #{e.code} #{JSON.parse(e.response_body)['error']}"
end
