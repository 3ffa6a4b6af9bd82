mod configuration;
mod report;

use tokenring::{CheckStep, Examination, Purpose};
use tokenring_text::redact;

use self::report::{Report, Row};
use crate::explanation::Explanation;
use crate::options::{ExaminationOptions, KeyOptions, TokenOptions};
use crate::{Console, ExitCode, Failure, Result, Settings, output};

/// Checks everything between this machine and a token, and says what to fix.
pub(crate) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    if settings.explains().unwrap_or_default() {
        return explain(settings, console);
    }
    let mut report = Report::default();
    let options = settings.examination_options();
    configuration::check(&options.configuration, &mut report);
    let as_json = keep(&options.as_json, &mut report)?.copied();
    let as_json = as_json.unwrap_or_default();
    let url = keep(&options.url, &mut report)?.and_then(Option::as_ref);
    keep(&options.connection, &mut report)?;
    let purpose = match url {
        Some(_) => Purpose::CallApi,
        None => Purpose::GetToken,
    };
    let mut examination = Examination::new();
    if let Some(url) = url {
        examination = examination.with_api(url.clone());
    }
    examine(&options, examination, purpose, console, &mut report);
    match as_json {
        true => output::print(&report.json())?,
        false => output::print_page(&report.text(console.is_quiet()))?,
    };
    Ok(report.exit_code())
}

/// Reports a value that cannot be used and is not the fault of this command line.
fn keep<'o, T>(result: &'o Result<T>, report: &mut Report) -> Result<Option<&'o T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(failure) if failure.exit_code() == ExitCode::Usage => Err(failure.clone()),
        Err(failure) => {
            report.add(Row::failed(CheckStep::Configuration, failure));
            Ok(None)
        }
    }
}

/// Has the library examine what there is; a value that cannot be read fails its step.
fn examine(
    options: &ExaminationOptions,
    mut examination: Examination,
    purpose: Purpose,
    console: &Console,
    report: &mut Report,
) {
    if let Some(place) = &options.jwk_set {
        examination = examination.with_jwk_set(place);
    }
    if let Some(id) = &options.token.assertion.client.client_id {
        examination = examination.with_client_id_source(id.origin().to_string());
    }
    let mut unreadable: Vec<(CheckStep, Failure)> = options.unreadable.clone();
    let quietly = console.quietly();
    let builder = options.token.builder(purpose, &quietly).or_else(|failure| {
        unreadable.push((CheckStep::Key, failure));
        let without_key = TokenOptions {
            key: KeyOptions::default(),
            ..options.token.clone()
        };
        without_key.builder(purpose, &quietly)
    });
    let builder = match builder {
        Ok(builder) => builder,
        Err(failure) => {
            unreadable.push((CheckStep::Configuration, failure));
            return report.extend_with(unreadable);
        }
    };
    for check in builder.examine(&examination) {
        let failure = unreadable.iter().position(|(step, _)| *step == check.step);
        report.add(match failure {
            Some(index) => {
                let (step, failure) = unreadable.remove(index);
                Row::failed(step, &failure)
            }
            None => Row::of(&check, &options.token),
        });
    }
    report.extend_with(unreadable);
}

fn explain(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    if let Some(failure) = settings.trouble() {
        return Err(failure.clone());
    }
    let options = settings.examination_options();
    options.as_json?;
    options.url?;
    let own = settings.given_of_examination()?;
    let token: TokenOptions = settings.options()?;
    let quietly = console.quietly();
    let builder = token.builder(Purpose::GetToken, &quietly)?;
    let target = builder.target();
    let target = target.map_err(|error| token.to_failure(&error))?;
    // What is missing is for the examination to tell; a complete client adds what it chose.
    let client = builder.build().ok();
    let effective = token.effective_of_examination(client.as_ref());
    let mut explanation = Explanation::new(&own.followed_by(&effective));
    let mut lines = vec![
        "look at the configuration, the client and the key's file".to_owned(),
        match options.jwk_set {
            Some(_) => "compare the key with the JWK Set of --jwks".into(),
            None => "compare the key with the JWK Set beside it, if there is one".into(),
        },
    ];
    if let Ok(url) = target.endpoint().token_endpoint() {
        let url = redact(url.as_str());
        lines.push(format!(
            "look up the host of {url}, and ask it without an assertion"
        ));
        if let Some(url) = target.endpoint().metadata() {
            lines.push(format!("read {url}"));
        }
        lines.push("ask for an access token, once".into());
        lines.push("with --url, call the API once with it".into());
    } else if target.gateway().request().jwt_is_token() {
        lines.push("with --url, call the API once with the signed JWT".into());
    }
    explanation.section("Steps, not done", lines);
    explanation.print()
}
