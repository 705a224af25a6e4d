"""The register: everything that people can do with it.

Every write is one turn of the writer: it reads the state, applies a pure rule, appends the events
that the rule gives, and writes the read models. What a turn reads cannot change before its commit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from events.declarations import Source
from events.directory import ProposedWords
from events.event import Event
from events.log.hearing import Hearing
from events.log.log import Log
from events.log.waiting import waiting_at_most
from events.names import ChangeOf
from register.access.account import Account
from register.access.signing_in import SigningIn
from register.access.sought import Sought
from register.access.token_holders import Tokens
from register.access.ways_in import WaysIn
from register.acts import declaring, entering, photographing
from register.acts.by_name import ActsByName
from register.acts.orders import ToAct, ToDeclare, Verb
from register.acts.situation import Situation, situation_of
from register.alerts.sorts import SORTS, Sorts
from register.answers import Answers
from register.declarations.declaration import Declaration
from register.declarations.ids import declaration_id, parse_id
from register.directory.cache import DirectoryCache
from register.directory.files import Files
from register.directory.grouping import Grouping
from register.directory.loading import Load
from register.directory.proposals import Proposal
from register.directory.provisioned import Provisioned
from register.directory.provisioning import Provisioning
from register.erasing.erasures import Erasures
from register.erasing.protection import Protection
from register.errors import InvalidError, SpoiledError
from register.kinds import all_kinds, answers_in
from register.kinds.kind import Lead
from register.notices.notices import Notices, Telling
from register.photographs import adding, cleaning
from register.photographs.keeping import Added, Photographs
from register.policy import Policies, PolicyInForce
from register.projections.inbox import Awaiting
from register.proving.proofs import Proofs
from register.proving.receipts.receipts import Receipts
from register.reading import news, seen_up_to
from register.reading.auditing import Audit
from register.reading.changes import Changes
from register.reading.condition import Condition
from register.reading.figures import Figures
from register.reading.ground import not_writable
from register.reading.key_working import KeyWorking
from register.reading.load_preview import LoadPreview, preview_load
from register.reading.looks.looks import Looks
from register.reading.proposals import Decided, Waiting, decided, to_decide, waiting
from register.reading.reader import Reader
from register.reading.silence import Silences
from register.reading.soundness import Soundness
from register.reading.unattended import AlertCheck
from register.reading.unguarded import Unguarded
from register.reading.workers_seen import workers_seen
from register.ruling import publishing
from register.ruling.advising import Advice, TopicAdvice, advise, advise_on, topics_of
from register.ruling.pacing import pace_of
from register.ruling.previewing import Preview, previewed
from register.ruling.ruling import clause_in_words, days_late, policy_of_receipt
from register.turns import approving, directory_changes, proposing
from register.turns.binding import ProviderBindings
from register.turns.clock import Clock
from register.turns.covering import Covering
from register.turns.linking import Linking
from register.turns.looking import open_alerts
from register.turns.particular import turn_of
from register.turns.running import Turns
from register.turns.turn import Done

NOTHING_TOLD = Telling()  # but on the pages


class Register(ActsByName):
    """Everything that people do with the register. What they may look at is in `read`.

    `by` is always the id of the person who acts. `sorts` are the sorts of streams on which people
    act, by their stored names. `last_resort` are the ids of those who act where else nobody could.
    `telling`: with what people are told what waits for them.
    """

    def __init__(
        self,
        log: Log,
        policies: Policies,
        *,
        sorts: Sorts = SORTS,
        queue_size: int = 1000,
        last_resort: tuple[str, ...] = (),
        takes_passwords: bool = True,
        telling: Telling = NOTHING_TOLD,
    ) -> None:
        self.log, self.policies = log, policies
        directories = DirectoryCache(log, last_resort)
        self.unguarded = Unguarded(log)
        self.read = Reader(log, directories, self.unguarded)
        self.figures = Figures(log, self.read, policies)
        self.audit, self.photographs = Audit(log, self.read), Photographs(log, self.read)
        self.soundness, self.proofs = Soundness(log, self.unguarded), Proofs(log, self.read)
        self.receipts = Receipts(log, self.proofs)
        self.looks = Looks(log, self.read, self.unguarded, queue_size=queue_size)
        self.key_working = KeyWorking(log, self.read, self.unguarded)
        paces = partial(pace_of, policies)
        self.turns = Turns(log, self.read, directories, sorts, paces, queue_size=queue_size)
        self.covering = Covering(self.turns, self.read)
        self._open_doors(log, takes_passwords=takes_passwords)
        provisioned = Provisioned(log.database, log.keyring)
        self.provisioning = Provisioning(log, directories, provisioned, self.load)
        self.groups = Grouping(self.provisioning, provisioned, self.now)
        self.silences, self.changes = Silences(log, paces), Changes(log, self.read, self.unguarded)
        self.notices = Notices(log, self.read, self.unguarded.declaration, policies, telling)
        self.alert_check = AlertCheck(log.database, self.read.directory, self.now)
        self.erasures = Erasures(log, self.turns, self.read, self.unguarded)
        protecting = log, policies, self.turns, self.read, self.unguarded, self.erasures
        self.protection = Protection(*protecting, self.photographs.kept)
        self._watch(log)
        self.clock = Clock(self.turns, directories, self.now, log.database, self.alert_check)
        self.clock.besides += [self.protection.retention.ask, self.protection.telling.tell]
        publishing.check_unchanged(policies, self.read.directory())

    def _open_doors(self, log: Log, *, takes_passwords: bool) -> None:
        """How people and programs come in."""
        given = log.database, log.keyring, log.right_now
        self.signing_in = SigningIn(*given, self.read.directory)
        self.sought = Sought(log.database, log.keyring, self.now)
        self.bindings = ProviderBindings(log, self.turns)
        self.account = Account(log, self.turns.run)
        self.tokens = Tokens(*given, self.read.directory, self.account)
        ways_in = WaysIn(log, self.turns.run, takes_passwords=takes_passwords)
        self.tries, self.by_email = ways_in.tries, ways_in.by_email
        self.linking = Linking(log, self.turns, self.read, self.signing_in, self.tries)
        self.passkeys, self.passwords = ways_in.passkeys, ways_in.passwords

    def _watch(self, log: Log) -> None:
        """What is asked of whether all is well, and whether a declaration can be taken."""
        self.condition = Condition(
            {
                "entries": lambda: ["spoiled"] if self.soundness.spoiled() else [],
                "clock": lambda: ["wrong"] if self.soundness.clock() else [],
                "alerts": lambda: self.alert_check.made().found,
                "outbox": self.notices.stuck,
            }
        )
        self.readiness = Condition(
            {
                "database": partial(not_writable, log.database),
                "writer": self.turns.not_taking,
                "clock": lambda: ["wrong"] if self.soundness.clock() else [],
            },
            lasts=1,
        )

    def workers_seen(self, by: str) -> set[str]:
        """Everybody who made a declaration that a person may see."""
        return workers_seen(self.log, self.read, by)

    def close(self) -> None:
        with ExitStack() as closing:
            for close in (self.log.close, self.looks.close, self.turns.close, self.clock.stop):
                closing.callback(close)  # the last of these comes first

    def hearing(self, heard: Callable[[], None]) -> Hearing:
        """Calls whenever another process stored something, once it is started."""
        return Hearing(self.log.database, heard)

    def now(self) -> datetime:
        """The present moment, by the register's clock."""
        return self.log.clock()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Inside, everything that this thread does is one transaction.

        Every other writer waits meanwhile, so this is not for a register that people are using.
        """
        with self.turns.begin():
            yield

    # Declaring

    def declare(self, by: str, id_text: str, body: object) -> Done[Declaration]:
        return self.turns.record(self._to_declare(by, id_text, body))

    async def declare_async(
        self, by: str, id_text: str, body: object, within: frozenset[str] = frozenset()
    ) -> Done[Declaration]:
        """The same as `declare`, but no thread waits for the result: many may declare at once.
        `within`: the services to which a token is limited."""
        order = replace(self._to_declare(by, id_text, body), within=within)
        return await self.turns.record_async(order)

    def preview(self, by: str, body: object) -> Preview:
        """What would follow if this were declared now. Nothing is stored."""
        directory = self.read.directory(declaring.reference_in(body))
        declaring.check_may_send(by, whom := entering.named_in(body), directory)
        now, new = self.now(), declaring.NOT_STORED
        telling = declaring.read_telling(body, now)
        besides, lately = self.read.received(whom or by, telling.kind, new), self.read.lately
        receipt = declaring.receive(
            by, new, telling, self.policies, directory, now, besides=besides, lately=lately
        )
        return previewed(declaring.try_out(telling, receipt), directory)

    def advise(
        self, by: str, kind: str, lead: Lead, answers: Answers, service: str | None = None
    ) -> Advice:
        """What the policy of a service, or of a person's first one, says about what they tell."""
        policy = self._policy_asked(by, kind, service)
        return advise(all_kinds()[kind], lead, answers, policy)

    def hints(self, by: str, kind: str, service: str) -> dict[str, str]:
        """The hints of a kind's questions, by name, under the policy of a service."""
        return dict(all_kinds()[kind].hints(self._policy_asked(by, kind, service).settings))

    def topics(self, by: str, service: str | None = None) -> dict[str, str]:
        """What else a person may ask about, as they would say it, by topic."""
        return topics_of(self._policy_asked(by, None, service).pack)

    def advise_on(self, by: str, topic: str, service: str | None = None) -> TopicAdvice:
        """What the policy of a service, or of a person's first one, says about a topic."""
        return advise_on(topic, self._policy_asked(by, None, service).pack)

    def _policy_asked(self, by: str, kind: str | None, service: str | None) -> PolicyInForce:
        directory, now = self.read.directory(), self.now()
        return declaring.policy_asked_of(by, kind, self.policies, directory, now, service)

    # Acting on a declaration

    def act(
        self, verb: Verb, by: str, id_text: str, body: object, part: str | None = None
    ) -> Declaration:
        """Do something with a declaration, or with a part of it: an act of `register/acts`. Raises
        its refusal."""
        wanted = declaration_id(id_text)
        if self.read.person(by).within:
            self.read.declaration(by, id_text)
        received, excluded = self.read.received, self.key_working.excluded
        order = ToAct(wanted, by, verb, body, self.policies, received, excluded, part)
        try:
            if (turn := turn_of(verb)) is not None:
                return self.turns.run(turn, order)
            done: Done[Declaration] = self.turns.record(order)
        except SpoiledError:
            self.read.declaration(by, id_text)  # whoever may not know of it is told that first
            raise
        except InvalidError as error:
            if any(each.person for each in error.errors):
                raise error.naming(self.read.name) from None
            raise
        return done.state

    def situation(self, by: str, declaration: Declaration, part: str | None = None) -> Situation:
        """The situation of a person who acts on this declaration, or on a part of it, now."""
        directory, now = self.read.directory(), self.now()
        besides = self.read.received(declaration.worker, declaration.kind, declaration.id)
        excluded = self.key_working.excluded
        return situation_of(by, declaration, self.policies, directory, now, part, besides, excluded)

    def clause_in_words(self, source: Source) -> str | None:
        """The clause of a rule, in our own words."""
        return clause_in_words(self.policies, source)

    def days_late(self, declaration: Declaration) -> int:
        """How many days after the deadline it was told; 0 if in time, or if nobody can say."""
        details = answers_in(declaration.kind, declaration.details)
        if details is None:
            return 0
        policy = policy_of_receipt(self.policies, declaration, self.read.directory())
        return days_late(policy, declaration, details)

    # Photographs

    def add_photograph(self, by: str, id_text: str, photograph: str, sent: bytes) -> Added:
        """Add a picture; `sent` is the file's bytes. It is cleaned and sealed before the turn."""
        declaration = self.read.declaration(by, id_text)
        photographing.check_may_add(self.situation(by, declaration))
        new = parse_id(photograph, "photograph")
        cleaning.check(sent)
        if declaration.photograph(new) is None:
            photographing.check_has_room(declaration)
        prepared = self.photographs.prepare(declaration.id, new, sent)
        return self.turns.run(adding.add, by, prepared, self.policies)

    # Looking

    def alerts(self, by: str) -> Sequence[Awaiting]:
        """A person's open alerts, the most urgent first."""
        return self.read.alerts(by)

    def look_at(self, by: str, id_text: str) -> Declaration:
        """The present state of a declaration. The log notes that a person has opened their alert
        about it. That they have seen the news of it is noted beside the log."""
        declaration = self.read.declaration(by, id_text)
        if declaration.worker != by:
            if self.read.has_news(by, declaration.id):
                self._note_looked(by, declaration)
        elif self.read.has_unseen(declaration.id):
            self.note_seen(by, declaration.position, declaration.id)
        self.note_shown(by, [declaration.id])
        return declaration

    def note_shown(self, by: str, declarations: Collection[UUID]) -> None:
        """Note in the log that a person has opened their alerts about declarations whose words
        they were shown."""
        if self.read.unopened_alerts(by, declarations):
            self.turns.run(open_alerts, by, declarations)

    def note_seen(self, by: str, up_to: int, declaration: UUID | None = None) -> None:
        """Note that a worker has seen the news of one of their declarations, or of all, up to a
        position."""
        self.log.database.note(partial(seen_up_to.note, by, up_to, declaration))

    def note_news_seen(self, by: str, latest: Collection[int]) -> None:
        """Note that a person has seen the news of those declarations of others whose latest news is
        at one of these positions."""
        self.log.database.note(partial(news.note_latest, self.read.sight(by), latest))

    def _note_looked(self, by: str, declaration: Declaration) -> None:
        sight, shown = self.read.sight(by), {declaration.id: declaration.position}
        self.log.database.note(partial(news.note, sight, shown))

    # People and services

    def change_directory(self, events: Iterable[Event]) -> None:
        """Store events of people and services, and pass open alerts on to the new role holders."""
        self.turns.run(directory_changes.change, events)

    def preview_load(self, files: Files, by: str | None = None) -> LoadPreview:
        """What the files would change. Nothing is stored."""
        return preview_load(files, self.log, self.policies, self.read.directory, by)

    def load(self, files: Files, known_at: int | None = None, by: str | None = None) -> Load:
        """Change people, services and service users as files say; only changes are stored. This is
        the one door by which people change the directory: what `by` may not change alone is
        proposed, and waits for a second person. `by` is None for the command line.

        Raises `LoadError`, `ForbiddenError` for all but administrators, or `ConflictError`, and
        stores nothing, if the directory has changed since the position `known_at`.
        """
        with waiting_at_most(None):  # many people take long to load
            return self.turns.run(directory_changes.load, files, self.policies, known_at, by)

    # Changes that wait for a second person

    def propose(
        self,
        by: str,
        change: ChangeOf,
        facts: Mapping[str, Any],
        words: ProposedWords | None = None,
    ) -> Proposal:
        """Let a change wait for a second person. The same one waits only once."""
        return self.turns.run(proposing.propose, by, change, facts, words)

    def waiting_changes(self, by: str) -> Sequence[Waiting]:
        """The changes that wait for a second person: for administrators and service directors."""
        return waiting(by, self.log, self.read.directory(), self.policies, self.now())

    def changes_to_decide(self, by: str) -> int:
        """How many of them this person may agree to; no more than some are counted."""
        return to_decide(by, self.read.directory(), self.now())

    def changes_decided(self, by: str) -> Sequence[Decided]:
        """What others decided of what this person proposed, until they have seen it."""
        return decided(by, self.log, self.account.seen_up_to(by))

    def approve(self, by: str, change: str) -> Proposal:
        """Make a change that somebody else proposed. Raises `ConflictError` if it does not fit."""
        return self.turns.run(approving.approve, by, parse_id(change, "change"), self.policies)

    def decline(self, by: str, change: str) -> None:
        """Decline a change; whoever proposed it withdraws it."""
        self.turns.run(proposing.decline, by, parse_id(change, "change"))

    def _to_declare(self, by: str, id_text: str, body: object) -> ToDeclare:
        if (worker := entering.named_in(body)) is None:
            declaring.check_may_declare(self.read.person_lately(by))
        else:
            entering.check_may_enter(by, worker, self.read.directory())
        new = declaring.chosen_id(id_text)
        telling = declaring.read_telling(body, self.now())
        read = self.read
        return ToDeclare(new, by, telling, self.policies, read.received, read.lately)
