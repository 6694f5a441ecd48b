//! How often to ask, and how long to put up with answers that do not come.

use std::time::Duration;

use tokio::time::Instant;

use crate::cloud::{Failure, FailureKind};

/// How often a watch asks CloudFormation, and how patient it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Between two polls while events come: 1 s.
    pub shortest: Duration,
    /// Between two polls at most while nothing new comes: 10 s. Each quiet poll makes it half as long again.
    pub longest: Duration,
    /// Between two polls at most while the answer is that there are too many requests: 60 s. Each makes it double.
    pub throttled: Duration,
    /// How long CloudFormation may be out of reach without a break: 10 minutes.
    pub outage: Duration,
    /// How long to wait for new credentials when those in use have expired: 10 minutes.
    pub credentials: Duration,
    /// How many polls the events may lag behind the stack's status, or the status behind the events, before the status
    /// is believed: 4. Twice as many when no event has told of an end yet.
    pub lag: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            shortest: Duration::from_secs(1),
            longest: Duration::from_secs(10),
            throttled: Duration::from_secs(60),
            outage: Duration::from_secs(600),
            credentials: Duration::from_secs(600),
            lag: 4,
        }
    }
}

impl Pace {
    /// The same, with this time between two polls while events come, at least 1 ms, and all other waits scaled with it.
    /// So a test server on loopback is watched as AWS is, only faster.
    #[must_use]
    pub fn scaled_to(self, shortest: Duration) -> Self {
        let shortest = shortest.max(Duration::from_millis(1));
        let base = self.shortest.as_nanos().max(1);
        let scale = |wait: Duration| {
            let nanos = wait.as_nanos().saturating_mul(shortest.as_nanos()) / base;
            Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
        };
        Self {
            shortest,
            longest: scale(self.longest),
            throttled: scale(self.throttled),
            outage: scale(self.outage),
            credentials: scale(self.credentials),
            lag: self.lag,
        }
    }
}

/// What is wrong while a watch goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Throttled,
    Outage,
    Credentials,
}

impl Trouble {
    /// What a failure is that may pass; none for one that stays.
    pub(super) fn of(failure: &Failure) -> Option<Self> {
        const EXPIRED: [&str; 4] = ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "NoCredentials"];
        if failure.code.as_deref().is_some_and(|code| EXPIRED.contains(&code)) {
            return Some(Self::Credentials);
        }
        match failure.kind {
            FailureKind::Throttled(_) => Some(Self::Throttled),
            FailureKind::Unavailable | FailureKind::TimedOut => Some(Self::Outage),
            _ => None,
        }
    }

    fn says(self, failure: &Failure) -> String {
        match self {
            Self::Throttled => format!("too many requests, asking less often ({failure})"),
            Self::Outage => format!("{failure}; the operation goes on by itself, trying again"),
            Self::Credentials => {
                format!(
                    "{failure}; the operation goes on by itself, and so does this as soon as there are new credentials"
                )
            }
        }
    }
}

/// Keeps the pace of one watch.
pub(super) struct Pacer {
    pace: Pace,
    /// The last wait, without what throttling adds.
    wait: Option<Duration>,
    /// What throttling asks for.
    floor: Duration,
    /// The trouble at hand, and since when there is one.
    trouble: Option<(Trouble, Instant)>,
    /// What was told of the trouble at hand; of throttling, what was told at all.
    told: Vec<Trouble>,
}

/// How to go on after a failure that may pass.
pub(super) struct Retry {
    pub(super) wait: Duration,
    /// What to tell, the first time.
    pub(super) tell: Option<String>,
}

impl Pacer {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, wait: None, floor: Duration::ZERO, trouble: None, told: Vec::new() }
    }

    /// How long to wait after a poll that was answered.
    pub(super) fn answered(&mut self, news: bool) -> Duration {
        self.trouble = None;
        // Throttling comes and goes with many stacks at work: once a watch is enough.
        self.told.retain(|told| *told == Trouble::Throttled);
        self.floor /= 2;
        if self.floor <= self.pace.shortest {
            self.floor = Duration::ZERO;
        }
        if news {
            self.wait = None;
        }
        self.next().max(self.floor)
    }

    /// How long to wait after a poll that failed.
    ///
    /// # Errors
    /// The failure, when it does not pass by itself, or has gone on for too long.
    pub(super) fn failed(&mut self, failure: Failure) -> Result<Retry, Failure> {
        let Some(trouble) = Trouble::of(&failure) else {
            return Err(failure);
        };
        let now = Instant::now();
        let since = match self.trouble {
            // Throttling and a broken connection are one outage: neither says how the operation is.
            Some((before, since)) if (before == Trouble::Credentials) == (trouble == Trouble::Credentials) => since,
            _ => now,
        };
        self.trouble = Some((trouble, since));
        let patience = if trouble == Trouble::Credentials { self.pace.credentials } else { self.pace.outage };
        if now.duration_since(since) >= patience {
            return Err(failure);
        }
        let tell = (!self.told.contains(&trouble)).then(|| trouble.says(&failure));
        if tell.is_some() {
            self.told.push(trouble);
        }
        let wait = match failure.kind {
            FailureKind::Throttled(asked) => {
                self.floor = (self.floor.max(self.pace.shortest) * 2).min(self.pace.throttled);
                match asked {
                    Some(asked) => Duration::from_millis(asked.into()).clamp(self.pace.shortest, self.pace.outage),
                    None => self.floor,
                }
            }
            _ => self.next(),
        };
        Ok(Retry { wait, tell })
    }

    /// Half as long again as the last time.
    fn next(&mut self) -> Duration {
        let wait = match self.wait {
            Some(last) => (last * 3 / 2).min(self.pace.longest),
            None => self.pace.shortest,
        };
        self.wait = Some(wait);
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn quiet_polls_grow_to_the_longest_and_news_makes_them_short() {
        let mut pacer = Pacer::new(Pace::default());
        let waits: Vec<u128> = (0..9).map(|_| pacer.answered(false).as_millis()).collect();
        assert_eq!(waits, [1000, 1500, 2250, 3375, 5062, 7593, 10_000, 10_000, 10_000]);
        assert_eq!(pacer.answered(true), seconds(1));
        assert_eq!(pacer.answered(false), Duration::from_millis(1500));
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_doubles_to_a_minute_and_eases_slowly() {
        let mut pacer = Pacer::new(Pace::default());
        let throttled = || Failure::new(FailureKind::Throttled(None), "rate exceeded").with_code("Throttling");
        let waits: Vec<u64> = (0..7).map(|_| pacer.failed(throttled()).ok().unwrap().wait.as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 60, 60]);
        // News alone does not bring back the pace that was too much.
        assert_eq!(pacer.answered(true), seconds(30));
        assert_eq!(pacer.answered(true), seconds(15));
        for _ in 0..4 {
            pacer.answered(true);
        }
        assert_eq!(pacer.answered(true), seconds(1));
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_that_is_asked_for_is_kept() {
        let mut pacer = Pacer::new(Pace::default());
        let throttled = |ms| Failure::new(FailureKind::Throttled(Some(ms)), "slow down");
        assert_eq!(pacer.failed(throttled(7_500)).ok().unwrap().wait, Duration::from_millis(7_500));
        assert_eq!(pacer.failed(throttled(0)).ok().unwrap().wait, seconds(1));
        assert_eq!(pacer.failed(throttled(u32::MAX)).ok().unwrap().wait, seconds(600));
    }

    #[tokio::test(start_paused = true)]
    async fn trouble_is_told_once_each_time_it_begins() {
        let mut pacer = Pacer::new(Pace::default());
        let down = || Failure::new(FailureKind::Unavailable, "no answer");
        let slow = || Failure::new(FailureKind::Throttled(None), "rate exceeded");
        let mut tells = |failure| pacer.failed(failure).ok().unwrap().tell.is_some();
        assert_eq!([down(), down(), slow(), down(), slow()].map(&mut tells), [true, false, true, false, false]);
        pacer.answered(false);
        let mut tells = |failure| pacer.failed(failure).ok().unwrap().tell.is_some();
        assert_eq!([slow(), down(), down()].map(&mut tells), [false, true, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn patience_ends_and_begins_anew_with_an_answer() {
        let mut pacer = Pacer::new(Pace::default());
        let down = || Failure::new(FailureKind::TimedOut, "no answer");
        assert!(pacer.failed(down()).is_ok());
        tokio::time::advance(seconds(599)).await;
        assert!(pacer.failed(down()).is_ok());
        pacer.answered(false);
        tokio::time::advance(seconds(599)).await;
        assert!(pacer.failed(down()).is_ok());
        tokio::time::advance(seconds(600)).await;
        assert_eq!(pacer.failed(down()).err().unwrap(), down());
        let other = Failure::new(FailureKind::AccessDenied, "no").with_code("AccessDenied");
        assert_eq!(pacer.failed(other.clone()).err().unwrap(), other);
    }

    #[test]
    fn a_pace_scales_as_a_whole() {
        let pace = Pace::default().scaled_to(Duration::from_millis(2));
        assert_eq!((pace.shortest, pace.longest), (Duration::from_millis(2), Duration::from_millis(20)));
        assert_eq!((pace.throttled, pace.outage), (Duration::from_millis(120), Duration::from_millis(1200)));
        assert_eq!(pace.lag, 4);
        assert_eq!(Pace::default().scaled_to(Duration::ZERO).shortest, Duration::from_millis(1));
        assert_eq!(Pace::default().scaled_to(Duration::MAX).longest, Duration::from_nanos(u64::MAX));
    }
}
