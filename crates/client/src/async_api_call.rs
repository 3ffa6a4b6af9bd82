//! A call of an API by a task.

use std::io::Read;
use std::time::Duration;

use tokenring_oauth::{HttpRequest, HttpResponse};

use crate::api_course::{Answer, Course, Next};
use crate::async_client::AsyncClient;
use crate::token_binding::Dpop;
use crate::{ApiRequest, Error, RequestBody};

impl AsyncClient {
    /// Calls an API with a token, and gives its answer, whatever the status.
    ///
    /// It goes on as [`Client::call`](crate::Client::call) does, and is sent by this client's
    /// transport. The answer is read whole, up to the size that the transport allows, and in the
    /// time of [`ApiRequest::with_deadline`]; without one, in the time of
    /// [`ApiRequest::with_idle_timeout`].
    ///
    /// # Errors
    ///
    /// Those of [`Client::call`](crate::Client::call).
    pub async fn call(&self, request: &ApiRequest) -> Result<HttpResponse, Error> {
        let core = &self.inner().core;
        // What the caller has to correct is found before a token is requested.
        let mut course = Course::begin(request, &core.connection, &core.listener)?;
        let target = &core.plan.factory().target;
        course = course.with_token_headers(target.gateway().api().token_headers());
        let lookup = course.lookup(self.blocking())?;
        let obtained = self.obtain(&lookup).await;
        let obtained = obtained.map_err(|error| course.explain(error))?;
        course.hold(obtained, core.plan.binding());
        loop {
            course.tell_of_call();
            let http = self.whole_request(&course).await?;
            let sent = self.send(http, course.time_limit()?).await;
            match course.answered(sent)? {
                Next::Send => {}
                Next::Pause(pause) => self.runtime().sleep(pause).await,
                Next::Replace(old) => {
                    let new = self.replace(&old).await;
                    course.replace(new.map_err(|error| course.explain(error))?);
                }
                Next::ReplaceForNextCall(old, response) => {
                    course.tell_of_renewal(self.replace(&old).await);
                    return Ok(response);
                }
                Next::Return(response) => return Ok(response),
            }
        }
    }

    /// The request with its body, which may come from a file.
    async fn whole_request(&self, course: &Course<'_>) -> Result<HttpRequest, Error> {
        let body = match course.body_source() {
            Some(body) => Some(self.off_thread(move |_| read(&*body)).await?),
            None => None,
        };
        let proof = match course.proof_request()? {
            // An external key may block.
            Some(request) => {
                let prove = move |this: &Self| {
                    let core = &this.inner().core;
                    let dpop = core.plan.binding().dpop();
                    let prove = |dpop: &Dpop| dpop.prove_call(&core.key(), &request.as_proved());
                    dpop.map(prove).transpose()
                };
                self.off_thread(prove).await?
            }
            None => None,
        };
        let mut http = course.http(proof.as_ref())?;
        if let Some(body) = body {
            http = http.with_body(body);
        }
        http.into_http().map_err(unreadable)
    }
}

/// All of a body, as long as it says.
fn read(body: &dyn RequestBody) -> Result<Vec<u8>, Error> {
    let (reader, length) = body.open().map_err(unreadable)?;
    let mut bytes = Vec::new();
    let most = length.unwrap_or(u64::MAX);
    reader
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let is_short = u64::try_from(bytes.len()).is_ok_and(|read| read < length.unwrap_or(0));
    match is_short {
        true => Err(unreadable(std::io::ErrorKind::UnexpectedEof.into())),
        false => Ok(bytes),
    }
}

fn unreadable(source: std::io::Error) -> Error {
    Error::RequestBody {
        source: std::sync::Arc::new(source),
    }
}

impl Answer for HttpResponse {
    fn status(&self) -> u16 {
        self.status()
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retry_after()
    }

    fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers()
    }

    fn words_to_show(&self, words: &str) -> String {
        self.words_to_show(words)
    }
}
