//! Tour with the Rust client that openapi-generator generates.

#![allow(deprecated)] // All v1 operations are deprecated.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use bytez::apis::configuration::{ApiKey, Configuration};
use bytez::apis::inference_api::RunModelV2Error;
use bytez::apis::{catalog_api, clusters_api, inference_api, v1_api, Error};
use bytez::models::{
    CapacityRequest, CreateClusterRequest, InstanceRequestV1, ModelRequestV1, RunRequest, RunRequestV1,
    TextInput, UpdateClusterRequest,
};
use serde_json::{json, Value};

type Failure = Box<dyn std::error::Error>;

const ORG: &str = "openai-community";
const NAME: &str = "gpt2";
const MODEL: &str = "openai-community/gpt2";
const PROMPT: &str = "Once upon a time\n\nat the café there was a";
const UNKNOWN: &str = "Model does not exist or has yet to be added to the Bytez catalog";

fn main() -> Result<(), Failure> {
    let url = std::env::args().nth(1).ok_or("usage: tour URL")?;
    let key = ApiKey { prefix: Some("Key".into()), key: "tour".into() };
    let api = Configuration { base_path: url, api_key: Some(key), ..Configuration::new() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(tour(&api))
}

async fn tour(api: &Configuration) -> Result<(), Failure> {
    list(api).await?;
    println!("list");
    cluster(api).await?;
    println!("cluster");
    let written = run(api).await?;
    println!("run");
    stream(api, &written).await?;
    println!("stream");
    refusal(api).await?;
    println!("error");
    delete(api).await?;
    println!("delete");
    job(api).await?;
    println!("job");
    older(api, &written).await?;
    println!("v1");
    Ok(())
}

async fn list(api: &Configuration) -> Result<(), Failure> {
    let models = catalog_api::list_models_v2(api, Some("chat"), None).await?.output;
    let tasks: HashSet<_> = models.into_iter().map(|model| model.task).collect();
    assert_eq!(tasks, HashSet::from(["chat".to_string()]));
    assert!(catalog_api::list_tasks_v2(api).await?.output.contains(&"chat".to_string()));
    Ok(())
}

async fn cluster(api: &Configuration) -> Result<(), Failure> {
    let capacity = CapacityRequest { min: Some(0), desired: Some(1), max: Some(1) };
    let request = CreateClusterRequest {
        capacity: Some(Box::new(capacity)),
        timeout: Some(Some(10)),
        ..CreateClusterRequest::new()
    };
    clusters_api::create_cluster_v2(api, ORG, NAME, Some(request)).await?;
    while clusters_api::read_cluster_v2(api, ORG, NAME).await?.output.ok_or("no cluster")?.status != "running" {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let more = CapacityRequest { max: Some(2), ..CapacityRequest::new() };
    let update = UpdateClusterRequest { capacity: Some(Box::new(more)), ..UpdateClusterRequest::new() };
    let updated = clusters_api::update_cluster_v2(api, ORG, NAME, Some(update)).await?;
    assert_eq!(updated.output.ok_or("no cluster")?.capacity.max, 2);
    assert_eq!(clusters_api::list_clusters_v2(api).await?.output.len(), 1);
    Ok(())
}

fn five_words() -> HashMap<String, Value> {
    HashMap::from([("min_new_tokens".into(), json!(5)), ("max_new_tokens".into(), json!(5))])
}

fn input() -> TextInput {
    TextInput { params: Some(five_words()), ..TextInput::new(PROMPT.into()) }
}

async fn run(api: &Configuration) -> Result<String, Failure> {
    let request = RunRequest::TextInput(Box::new(input()));
    let output = inference_api::run_model_v2(api, ORG, NAME, request, None).await?.output;
    let written = output.as_ref().and_then(Value::as_str).ok_or("no text")?;
    assert!(written.starts_with(PROMPT));
    Ok(written.into())
}

/// The generated function decodes only JSON. For a stream only the generated request type is used.
async fn stream(api: &Configuration, written: &str) -> Result<(), Failure> {
    let request = RunRequest::TextInput(Box::new(TextInput { stream: Some(true), ..input() }));
    let mut response = api
        .client
        .post(format!("{}/models/v2/{MODEL}", api.base_path))
        .header("Authorization", "Key tour")
        .json(&request)
        .send()
        .await?;
    let mut bytes = Vec::new();
    while let Some(piece) = response.chunk().await? {
        bytes.extend_from_slice(&piece);
    }
    assert_eq!(String::from_utf8(bytes)?, written);
    Ok(())
}

async fn refusal(api: &Configuration) -> Result<(), Failure> {
    let request = RunRequest::TextInput(Box::new(input()));
    match inference_api::run_model_v2(api, "nobody", "nothing", request, None).await {
        Err(Error::ResponseError(refused)) => {
            assert_eq!(refused.status.as_u16(), 404);
            // The enumeration is untagged: the first variant with matching members is decoded.
            match refused.entity {
                Some(RunModelV2Error::Status400(answer)) => assert_eq!(answer.error, UNKNOWN),
                other => return Err(format!("{other:?}").into()),
            }
            Ok(())
        }
        other => Err(format!("{other:?}").into()),
    }
}

async fn delete(api: &Configuration) -> Result<(), Failure> {
    clusters_api::delete_cluster_v2(api, ORG, NAME).await?;
    assert!(clusters_api::list_clusters_v2(api).await?.output.is_empty());
    Ok(())
}

fn model() -> ModelRequestV1 {
    ModelRequestV1 { model: Some(MODEL.into()), ..ModelRequestV1::new() }
}

async fn job(api: &Configuration) -> Result<(), Failure> {
    assert!(v1_api::create_job_v1(api, model()).await?.success);
    assert!(v1_api::create_job_v1(api, model()).await?.message.is_some());
    Ok(())
}

async fn older(api: &Configuration, written: &str) -> Result<(), Failure> {
    let instance = InstanceRequestV1 { model: Some(MODEL.into()), ..InstanceRequestV1::new() };
    assert_eq!(v1_api::load_model_v1(api, instance.clone()).await?.status, "started");
    while v1_api::read_instance_v1(api, instance.clone()).await?.status != "RUNNING" {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let request = RunRequestV1 {
        model: Some(MODEL.into()),
        prompt: Some(PROMPT.into()),
        params: Some(five_words()),
        ..RunRequestV1::new()
    };
    let output = v1_api::run_model_v1(api, request).await?.output.flatten();
    assert_eq!(output, Some(json!([{ "generated_text": written }])));
    assert_ne!(v1_api::delete_instance_v1(api, model()).await?.status, "RUNNING");
    Ok(())
}
