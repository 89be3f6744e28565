//! Amazon SQS, or a server that speaks its protocol (`AWS_ENDPOINT_URL`).

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, Message, MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName,
    SendMessageBatchRequestEntry,
};
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use domain::Timestamp;

use crate::{Depth, Error, MAX_BODY, Outgoing, Policy, Receipt, Received, checked_size};

#[derive(Clone)]
pub struct Sqs {
    client: Client,
    url: String,
    policy: Policy,
}

impl Sqs {
    /// Credentials and region come from the environment, as for every AWS program (IRSA in the cluster).
    pub async fn connect(url: impl Into<String>, policy: Policy) -> Self {
        let http =
            aws_smithy_http_client::Builder::new().tls_provider(tls::Provider::Rustls(CryptoMode::AwsLc)).build_https();
        let config = aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await;
        Self { client: Client::new(&config), url: url.into(), policy }
    }

    pub(crate) async fn send(&self, batch: &[Outgoing]) -> Result<Vec<Result<(), Error>>, Error> {
        let mut answers: Vec<Result<(), Error>> = batch.iter().map(checked_size).collect();
        // A batch may hold as many bytes as one message.
        let mut group: Vec<usize> = Vec::new();
        let mut size = 0;
        for (i, message) in batch.iter().enumerate() {
            if answers[i].is_err() {
                continue;
            }
            if size + message.body.len() > MAX_BODY {
                self.send_group(batch, &group, &mut answers).await?;
                group.clear();
                size = 0;
            }
            group.push(i);
            size += message.body.len();
        }
        self.send_group(batch, &group, &mut answers).await?;
        Ok(answers)
    }

    async fn send_group(
        &self,
        batch: &[Outgoing],
        group: &[usize],
        answers: &mut [Result<(), Error>],
    ) -> Result<(), Error> {
        if group.is_empty() {
            return Ok(());
        }
        let entries = group.iter().map(|&i| entry(i, &batch[i])).collect::<Result<Vec<_>, _>>()?;
        let sent = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries)).send().await;
        for failed in sent.map_err(unavailable)?.failed() {
            if let Some(answer) = failed.id().parse::<usize>().ok().and_then(|i| answers.get_mut(i)) {
                *answer = Err(Error::Refused(format!("{}: {}", failed.code(), failed.message().unwrap_or(""))));
            }
        }
        Ok(())
    }

    pub(crate) async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Received>, Error> {
        let received = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(i32::try_from(max).unwrap_or(10))
            .wait_time_seconds(seconds(wait))
            .visibility_timeout(seconds(self.policy.visibility))
            .message_attribute_names("All")
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
            .send()
            .await
            .map_err(unavailable)?;
        Ok(received.messages.unwrap_or_default().into_iter().map(message).collect())
    }

    pub(crate) async fn delete(&self, receipts: &[Receipt]) -> Result<(), Error> {
        let entries = receipts
            .iter()
            .enumerate()
            .map(|(i, receipt)| {
                DeleteMessageBatchRequestEntry::builder().id(i.to_string()).receipt_handle(&receipt.0).build()
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| Error::Refused(e.to_string()))?;
        // Single entries that fail are stale receipts: the message comes again, and its inbox row says that it is done.
        self.client
            .delete_message_batch()
            .queue_url(&self.url)
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(unavailable)?;
        Ok(())
    }

    pub(crate) async fn extend(&self, receipt: &Receipt, visibility: Duration) -> Result<(), Error> {
        let changed = self
            .client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(&receipt.0)
            .visibility_timeout(seconds(visibility))
            .send()
            .await;
        match changed {
            Ok(_) => Ok(()),
            // The message is gone, or held by somebody else by now: nothing to hide.
            Err(e)
                if e.as_service_error().is_some_and(|e| {
                    e.is_message_not_inflight()
                        || e.is_receipt_handle_is_invalid()
                        || e.code() == Some("InvalidParameterValue")
                }) =>
            {
                Ok(())
            }
            Err(e) => Err(unavailable(e)),
        }
    }

    pub(crate) async fn depth(&self) -> Result<Depth, Error> {
        let [waiting, held] = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let found = self
            .client
            .get_queue_attributes()
            .queue_url(&self.url)
            .attribute_names(waiting.clone())
            .attribute_names(held.clone())
            .send()
            .await
            .map_err(unavailable)?;
        let count = |name| found.attributes().and_then(|all| all.get(&name)).and_then(|n| n.parse().ok()).unwrap_or(0);
        Ok(Depth { waiting: count(waiting), held: count(held), oldest: None })
    }

    /// The target of the queue's redrive policy, at the same address: asking for its URL would need one more permission.
    pub(crate) async fn dead_letters(&self) -> Result<Self, Error> {
        let redrive = QueueAttributeName::RedrivePolicy;
        let found = self
            .client
            .get_queue_attributes()
            .queue_url(&self.url)
            .attribute_names(redrive.clone())
            .send()
            .await
            .map_err(unavailable)?;
        let policy: Option<serde_json::Value> =
            found.attributes().and_then(|all| all.get(&redrive)).and_then(|text| serde_json::from_str(text).ok());
        let arn = policy.as_ref().and_then(|policy| policy["deadLetterTargetArn"].as_str());
        let name = arn.and_then(|arn| arn.rsplit(':').next());
        let (Some(name), Some((address, _))) = (name, self.url.rsplit_once('/')) else {
            return Err(Error::Unavailable(format!(
                "{} has no redrive policy: nothing would catch what fails",
                self.url
            )));
        };
        Ok(Self { url: format!("{address}/{name}"), ..self.clone() })
    }
}

fn entry(i: usize, message: &Outgoing) -> Result<SendMessageBatchRequestEntry, Error> {
    let text = |value: &str| {
        let attribute = MessageAttributeValue::builder().data_type("String").string_value(value).build();
        attribute.map_err(|e| Error::Refused(e.to_string()))
    };
    SendMessageBatchRequestEntry::builder()
        .id(i.to_string())
        .message_body(&message.body)
        .message_attributes("id", text(&message.id)?)
        .message_attributes("type", text(&message.message_type)?)
        .build()
        .map_err(|e| Error::Refused(e.to_string()))
}

fn message(message: Message) -> Received {
    let attribute = |name: &str| {
        let value =
            message.message_attributes().and_then(|all| all.get(name)).and_then(MessageAttributeValue::string_value);
        value.unwrap_or("").to_owned()
    };
    let system = |name: &MessageSystemAttributeName| message.attributes().and_then(|all| all.get(name));
    let number = |name| system(&name).and_then(|n| n.parse::<i64>().ok());
    Received {
        id: attribute("id"),
        message_type: attribute("type"),
        receive_count: number(MessageSystemAttributeName::ApproximateReceiveCount)
            .and_then(|n| n.try_into().ok())
            .unwrap_or(1),
        sent_at: Timestamp::from_micros(
            number(MessageSystemAttributeName::SentTimestamp).unwrap_or(0).saturating_mul(1000),
        ),
        receipt: Receipt(message.receipt_handle.unwrap_or_default()),
        body: message.body.unwrap_or_default(),
    }
}

fn seconds(duration: Duration) -> i32 {
    // SQS hides a message for twelve hours at the most.
    i32::try_from(duration.as_millis().div_ceil(1000)).unwrap_or(i32::MAX).min(43_200)
}

fn unavailable<E: std::error::Error + 'static, R: std::fmt::Debug + 'static>(error: SdkError<E, R>) -> Error {
    Error::Unavailable(DisplayErrorContext(error).to_string())
}
