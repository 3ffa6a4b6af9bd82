//! A call of an API: with a token, repeated where that is safe, redirected within its origin.

use std::thread;

use tokenring_oauth::{ApiResponse, TransportError};

use crate::Error;
use crate::api_client::ApiClient;
use crate::api_course::{Course, Next};
use crate::api_request::ApiRequest;
use crate::client::Client;
use crate::connection::Connection;
use crate::event::Listener;

impl Client {
    /// Calls an API with a token, and gives its answer, whatever the status.
    ///
    /// - A 401 to a token that was not requested for this very call, or that says
    ///   `invalid_token`, replaces the token and repeats the call once, if its body can be sent
    ///   again.
    /// - A redirect is followed within the origin; the token goes to no other.
    /// - [`ApiRequest::with_retries`] repeats what is idempotent when the API is busy.
    ///
    /// # Errors
    ///
    /// Those of [`Client::token`]; [`Error::ApiUnreachable`] if the API does not answer.
    pub fn call(&self, request: &ApiRequest) -> Result<ApiResponse, Error> {
        let core = &self.inner().core;
        ApiCall {
            request,
            connection: &core.connection,
            listener: &core.listener,
            client: Some(self),
        }
        .run()
    }
}

impl ApiClient {
    /// Calls an API as [`Client::call`] does, without a token.
    ///
    /// # Errors
    ///
    /// [`Error::ApiUnreachable`] if the API does not answer.
    pub fn call(&self, request: &ApiRequest) -> Result<ApiResponse, Error> {
        ApiCall {
            request,
            connection: &self.connection,
            listener: &self.listener,
            client: None,
        }
        .run()
    }
}

struct ApiCall<'c> {
    request: &'c ApiRequest,
    connection: &'c Connection,
    listener: &'c Listener,
    /// Has the tokens, if the call needs one.
    client: Option<&'c Client>,
}

impl ApiCall<'_> {
    pub(crate) fn run(&self) -> Result<ApiResponse, Error> {
        // What the caller has to correct is found before a token is requested.
        let mut course = Course::begin(self.request, self.connection, self.listener)?;
        if let Some(client) = self.client {
            course = course.with_token_headers(client.target().gateway().api().token_headers());
            let lookup = course.lookup(client)?;
            let obtained = client.obtain(&lookup);
            let obtained = obtained.map_err(|error| course.explain(error))?;
            course.hold(obtained, client.inner().core.plan.binding());
        }
        loop {
            let sent = self.send(&course)?;
            match (course.answered(sent)?, self.client) {
                (Next::Send, _) => {}
                (Next::Pause(pause), _) => thread::sleep(pause),
                (Next::Replace(old), Some(client)) => {
                    let new = client.replace(&old);
                    course.replace(new.map_err(|error| course.explain(error))?);
                }
                (Next::ReplaceForNextCall(old, response), Some(client)) => {
                    course.tell_of_renewal(client.replace(&old));
                    return Ok(response);
                }
                (Next::Return(response) | Next::ReplaceForNextCall(_, response), _) => {
                    return Ok(response);
                }
                // Without a client there is no token to replace.
                (Next::Replace(_), None) => {}
            }
        }
    }

    fn send(&self, course: &Course<'_>) -> Result<Result<ApiResponse, TransportError>, Error> {
        course.tell_of_call();
        let proof = match self.client {
            Some(client) => course.prove(client)?,
            None => None,
        };
        let mut http = course.http(proof.as_ref())?;
        let body = course.body()?;
        if let Some((reader, length)) = body {
            http = http.with_body_reader(reader, length);
        }
        Ok(self.connection.api.open(http))
    }
}
