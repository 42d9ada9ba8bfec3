use openapi::apis::configuration::{ApiKey, Configuration};
use openapi::apis::inference_api::RunTextGenerationError;
use openapi::apis::{clusters_api, inference_api, Error};
use openapi::models::{
    CapacityRequest, CreateClusterRequest, GenerationParams, TextGenerationRequest, TextGenerationStreamRequest,
    TextToSpeechBytesRequest,
};

const ORG: &str = "acme";
const TEXT: &str = "Once upon a time at the café";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("usage: tour URL")?;
    let key = ApiKey { prefix: Some("Key".into()), key: "tour".into() };
    let api = Configuration { base_path: url, api_key: Some(key), ..Configuration::new() };
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(tour(&api))
}

async fn tour(api: &Configuration) -> Result<(), Box<dyn std::error::Error>> {
    let capacity = CapacityRequest { min: Some(0), max: Some(2), ..Default::default() };
    let cluster = CreateClusterRequest { capacity: Some(Box::new(capacity)), ..Default::default() };
    clusters_api::create_cluster_v2(api, ORG, "writer", Some(cluster)).await?;
    let read = clusters_api::read_cluster_v2(api, ORG, "writer").await?;
    println!("cluster {}", read.output.ok_or("no cluster")?.capacity.max);
    clusters_api::delete_cluster_v2(api, ORG, "writer").await?;

    let params = Some(Box::new(GenerationParams { max_new_tokens: Some(8), ..Default::default() }));
    let input = TextGenerationRequest { params: params.clone(), ..TextGenerationRequest::new(TEXT.into()) };
    let run = inference_api::run_text_generation(api, ORG, "writer", input.clone(), None).await?;
    println!("run {}", run.output);

    // The generated function returns the whole text.
    let streamed = TextGenerationStreamRequest { params, ..TextGenerationStreamRequest::new(TEXT.into(), true) };
    println!("stream 1 {}", inference_api::run_text_generation_stream(api, ORG, "writer", streamed, None).await?);

    let speech = TextToSpeechBytesRequest::new(TEXT.into(), false);
    let file = inference_api::run_text_to_speech_bytes(api, ORG, "speaker", speech, None).await?;
    println!("bytes {}", file.bytes().await?.len());

    match inference_api::run_text_generation(api, ORG, "nobody", input, None).await {
        Err(Error::ResponseError(refused)) => match refused.entity {
            // The enumeration is untagged: the first variant with matching members is decoded.
            Some(RunTextGenerationError::Status400(error)) => {
                println!("error {} {}", refused.status.as_u16(), error.error)
            }
            other => return Err(format!("{other:?}").into()),
        },
        other => return Err(format!("{other:?}").into()),
    }
    Ok(())
}
