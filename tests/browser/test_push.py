"""Being told while Handsel is closed: in a real browser, with its real service worker and a real server that sends.

Only the push service in between stands on this machine instead of at the browser's maker: the browser says the test's
address and keys when it is asked to subscribe, and what the server sent there is opened and handed to the browser.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests import push_service
from tests.browser.page_objects import PASSWORD, PHONE, FamilyPages, family_pages
from tests.push_service import Browser, PushService
from tests.server import Person
from tests.workflows.dated import DatedServer

# One server, and one browser of the heavy kind. By day tests/management/test_pushing.py sends to a push service.
pytestmark = [pytest.mark.no_database, pytest.mark.nightly, pytest.mark.xdist_group("push")]

# The edge of the machine: what the browser would ask of its maker's service.
_AT_THE_EDGE = """([given, blocked]) => {
  const kept = "test-subscription";
  const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), one => one.charCodeAt(0));
  const made = key => ({
    endpoint: given.endpoint,
    options: { userVisibleOnly: true, applicationServerKey: bytes(key).buffer },
    toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }),
    unsubscribe: async () => { localStorage.removeItem(kept); return true; },
  });
  PushManager.prototype.subscribe = async function ({ userVisibleOnly, applicationServerKey }) {
    if (!userVisibleOnly || bytes(applicationServerKey).length !== 65) throw new DOMException("", "InvalidAccessError");
    if (blocked) throw new DOMException("", "AbortError");
    localStorage.setItem(kept, applicationServerKey);
    return made(applicationServerKey);
  };
  PushManager.prototype.getSubscription = async () => {
    const key = localStorage.getItem(kept);
    return key ? made(key) : null;
  };
}"""
_SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  return shown.map(({ title, body, tag, lang, data }) => ({ title, body, tag, lang, to: data.to }));
}"""
BUTTON, STOP = "Get notifications on this device", "Stop notifications on this device"


# A worker that is only about to be active lets what is pushed pass.
_AWAKE = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  while (active.state !== "activated") await new Promise((wake) => setTimeout(wake, 20));
}"""


@pytest.fixture(scope="module")
def ringing() -> Iterator[DatedServer]:
    with DatedServer("sqlite", HANDSEL_PUSH_LOOPBACK="1") as server:
        yield server


@pytest.fixture
def pages(ringing, whole_browser) -> Iterator[FamilyPages]:
    with family_pages(ringing, whole_browser) as family:
        yield family


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service.push_service() as started:
        yield started


class Phone:
    """One browser, on which people sign in and out."""

    def __init__(self, context: BrowserContext, rung: Browser, *, unreached: bool = False) -> None:
        self.rung = rung
        context.add_init_script(f"({_AT_THE_EDGE})({json.dumps([rung.subscription, unreached])})")
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self._devtools: CDPSession | None = None

    def _hear(self, line: Any) -> None:
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            self.complaints.append(line.text)

    def sign_in(self, person: Person) -> None:
        self.page.goto("/accounts/login/")
        self.page.locator("input[name=login]").fill(person.email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("input[name=password]").press("Enter")
        expect(self.page.locator("#rail")).to_be_visible()

    def settings(self) -> Page:
        self.page.goto("/settings/notices/")
        return self.page

    def begin(self) -> None:
        self.settings().get_by_role("button", name=BUTTON).click()
        expect(self.page.get_by_text("This device gets notifications from now on.")).to_be_visible()

    def try_it(self) -> None:
        self.settings().get_by_role("button", name="Send a test").first.click()

    def deliver(self, body: bytes) -> dict[str, Any]:
        """Hand over to the service worker what the server sent, as the browser does when it has opened it."""
        message = self.rung.open(body)
        self.push(json.dumps(message))
        return message

    def push(self, text: str) -> None:
        if self._devtools is None:
            self._devtools = self.page.context.new_cdp_session(self.page)
            self.registrations: list[str] = []
            self._devtools.on(
                "ServiceWorker.workerRegistrationUpdated",
                lambda event: self.registrations.extend(
                    registration["registrationId"] for registration in event["registrations"]
                ),
            )
            self._devtools.send("ServiceWorker.enable")
        self.page.evaluate(_AWAKE)
        here = self.page.evaluate("location.origin")
        while not self.registrations:
            self.page.wait_for_timeout(50)
        self._devtools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": here, "registrationId": self.registrations[0], "data": text},
        )

    def shown(self, count: int) -> list[dict[str, Any]]:
        """The notifications that stand on the screen, once there are so many."""
        for _ in range(100):
            notifications = self.page.evaluate(_SHOWN)
            if len(notifications) == count:
                return notifications
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{len(notifications)} are shown, not {count}")


@pytest.fixture
def phone(pages: FamilyPages, service: PushService) -> Iterator[Phone]:
    with _context(pages) as context:
        subscribed = Phone(context, service.browser())
        yield subscribed
        assert subscribed.complaints == []


def _context(pages: FamilyPages, **options: Any) -> BrowserContext:
    context = pages.browser.new_context(base_url=pages.server.base_url, viewport=PHONE, **options)
    context.grant_permissions(["notifications"])
    return context


def test_noor_presses_once_and_hears_from_the_book_and_presses_again_and_does_not(
    pages: FamilyPages, phone: Phone, service: PushService
):
    phone.sign_in(pages.noor)
    phone.begin()
    expect(phone.page.get_by_role("button", name=STOP)).to_be_visible()
    expect(phone.page.get_by_role("button", name=BUTTON)).to_be_hidden()
    phone.try_it()
    expect(phone.page.get_by_text("Sent. It should be there in a moment.")).to_be_visible()
    message = phone.deliver(service.rung[-1].body)
    assert phone.shown(1) == [
        {
            "title": "Handsel",
            "body": "This device gets notifications.",
            "tag": "trial",
            "lang": "en",
            "to": message["to"],
        }
    ]
    phone.page.get_by_role("button", name=STOP).click()
    expect(phone.page.get_by_text("That device gets no more notifications.")).to_be_visible()
    expect(phone.page.get_by_role("button", name=BUTTON)).to_be_visible()
    assert phone.page.evaluate("localStorage.getItem('test-subscription')") is None


def test_the_same_twice_shows_once_and_nonsense_shows_no_more_than_the_name(
    pages: FamilyPages, phone: Phone, service: PushService
):
    phone.sign_in(pages.noor)
    phone.begin()
    for _ in range(2):
        phone.push(json.dumps({"title": "Ana confirmed a session", "body": "Tue 2 Jun", "to": "/inbox/", "tag": "1"}))
    [shown] = phone.shown(1)
    assert shown["title"] == "Ana confirmed a session"
    phone.push("no JSON at all")
    assert {notification["title"] for notification in phone.shown(2)} == {"Ana confirmed a session", "Handsel"}


def test_a_tap_goes_to_the_page_and_never_to_another_host(pages: FamilyPages, phone: Phone):
    """The browser lets no test tap what it shows, so the tap is dispatched inside the service worker."""
    phone.sign_in(pages.noor)
    phone.begin()
    [worker] = phone.page.context.service_workers
    base = pages.server.base_url
    for to, leads in [
        ("/inbox/", f"{base}/inbox/"),
        ("https://elsewhere.example/", f"{base}/"),
        ("//elsewhere.example/", f"{base}/"),
        ("javascript:alert(1)", f"{base}/"),
        (None, f"{base}/"),
    ]:
        assert worker.evaluate("to => ours(to)", to) == leads
    opened = worker.evaluate(
        """async () => {
          const asked = [];
          self.clients.openWindow = async address => asked.push(address);
          await open(location.origin + "/inbox/");
          return asked;
        }"""
    )
    assert opened == [f"{base}/inbox/"]
    focused = worker.evaluate(
        """async () => {
          const asked = [];
          const focus = WindowClient.prototype.focus;
          WindowClient.prototype.focus = async function () { asked.push("front " + this.url); return this; };
          self.clients.openWindow = async address => asked.push(address);
          await open(location.origin + "/settings/notices/");
          WindowClient.prototype.focus = focus;
          return asked;
        }"""
    )
    assert focused == [f"front {base}/settings/notices/"]


def test_a_press_on_a_push_records_and_opens_the_page_that_says_so(pages: FamilyPages, phone: Phone):
    """Without a network nothing is recorded, and the notification stays. A foreign address is never pressed."""
    session = pages.session("2026-05-29T09:00", "2026-05-29T12:00", confirmed=True)
    phone.sign_in(pages.noor)
    phone.begin()
    press = {"words": "Record as planned", "address": f"/sessions/{session}/record/", "fields": {"version": "2"}}
    message = {"title": "Did this happen?", "to": f"/sessions/{session}/", "tag": "1", "presses": [press]}
    phone.push(json.dumps(message))
    assert phone.shown(1)[0]["title"] == "Did this happen?"
    [worker] = phone.page.context.service_workers
    buttons = "async () => (await self.registration.getNotifications())[0].actions.map(({ title }) => title)"
    assert worker.evaluate(buttons) == ["Record as planned"]
    tap = """async () => {
      const asked = [];
      self.clients.openWindow = async address => asked.push(address);
      const [notification] = await self.registration.getNotifications();
      const { to, presses } = notification.data;
      await tapped(notification, ours(to), presses["0"]);
      return asked;
    }"""
    address = f"{pages.server.base_url}/sessions/{session}/"
    phone.page.context.set_offline(True)
    assert worker.evaluate(tap) == [address]
    phone.shown(1)
    phone.page.context.set_offline(False)
    assert pages.ask(pages.noor, "GET", f"/care-sessions/{session}")["status"] == "SCHEDULED"
    assert worker.evaluate(tap) == [address]
    phone.shown(0)
    assert pages.ask(pages.noor, "GET", f"/care-sessions/{session}")["status"] == "COMPLETED"
    phone.page.goto(address)
    expect(phone.page.get_by_text("Recorded: Fri 29 May, 09:00–12:00, 3 h.")).to_be_visible()
    phone.page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(phone.page.locator("main .toast")).to_contain_text("Not recorded any more")


def test_a_new_address_of_the_browser_is_said_to_the_book(pages: FamilyPages, phone: Phone, service: PushService):
    phone.sign_in(pages.noor)
    phone.begin()
    new = service.browser()
    [worker] = phone.page.context.service_workers
    sent = {"endpoint": new.endpoint, "keys": {name: new.subscription[name] for name in ("p256dh", "auth")}}
    worker.evaluate(
        """async said => {
          PushManager.prototype.subscribe = async () => ({ toJSON: () => said });
          await renew();
        }""",
        sent,
    )
    phone.try_it()
    expect(phone.page.get_by_text("Sent. It should be there in a moment.")).to_be_visible()
    assert len(service.heard(new)) == 1
    assert service.heard(phone.rung) == []
    expect(phone.page.get_by_role("button", name="Send a test")).to_have_count(1)


def test_two_people_on_one_browser_each_hear_only_while_it_is_theirs(
    pages: FamilyPages, phone: Phone, service: PushService
):
    phone.sign_in(pages.noor)
    phone.begin()
    phone.page.context.clear_cookies(name="sessionid")  # the sign-in is over, without signing out
    phone.sign_in(pages.ana)
    phone.settings()
    expect(phone.page.get_by_role("button", name=STOP)).to_be_visible()
    phone.page.goto("/settings/")
    phone.page.get_by_role("button", name="Sign out").click()
    phone.page.wait_for_url("**/accounts/login/")
    phone.sign_in(pages.noor)
    expect(phone.settings().get_by_role("button", name=BUTTON)).to_be_visible()
    expect(phone.page.get_by_role("button", name="Send a test")).to_have_count(0)
    phone.page.get_by_role("button", name=BUTTON).click()
    expect(phone.page.get_by_role("button", name=STOP)).to_be_visible()


def test_a_double_tap_sends_once(pages: FamilyPages, phone: Phone):
    sent: list[str] = []
    phone.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    phone.sign_in(pages.noor)
    for button, sentence in (
        (BUTTON, "This device gets notifications from now on."),
        ("Send a test", "Sent. It should be there in a moment."),
        (STOP, "That device gets no more notifications."),
    ):
        sent.clear()
        phone.settings().get_by_role("button", name=button).dblclick()
        expect(phone.page.get_by_text(sentence)).to_be_visible()
        assert len(sent) == 1, sent
    phone.begin()
    phone.page.context.clear_cookies(name="device")  # so that it is in the list as any other is
    sent.clear()
    phone.settings().get_by_role("button", name="Remove").dblclick()
    expect(phone.page.get_by_text("That device gets no more notifications.")).to_be_visible()
    assert len(sent) == 1, sent


def test_a_browser_that_blocks_says_so(pages: FamilyPages, service: PushService):
    with pages.browser.new_context(base_url=pages.server.base_url, viewport=PHONE) as context:
        phone = Phone(context, service.browser())
        context.add_init_script("Object.defineProperty(Notification, 'permission', {get: () => 'denied'})")
        phone.sign_in(pages.noor)
        expect(phone.settings().get_by_text("blocks notifications from Handsel")).to_be_visible()
        expect(phone.page.get_by_role("button", name=BUTTON)).to_be_hidden()


def test_a_browser_that_reaches_no_push_service_says_so_and_can_be_pressed_again(
    pages: FamilyPages, service: PushService
):
    with _context(pages) as context:
        phone = Phone(context, service.browser(), unreached=True)
        phone.sign_in(pages.noor)
        phone.settings().get_by_role("button", name=BUTTON).click()
        expect(phone.page.get_by_text("The browser couldn’t set it up.")).to_be_visible()
        expect(phone.page.get_by_role("button", name=BUTTON)).to_be_enabled()


@pytest.mark.parametrize(
    ("agent", "sentence"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) AppleWebKit/605.1.15 Version/20.0 Safari/604.1",
            "Add to Home Screen",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/150.0", "No browser does in a private window."),
    ],
)
def test_a_browser_that_knows_no_pushes_says_what_it_needs(
    pages: FamilyPages, service: PushService, agent: str, sentence: str
):
    with _context(pages, user_agent=agent) as context:
        phone = Phone(context, service.browser())
        context.add_init_script("delete window.PushManager")
        phone.sign_in(pages.noor)
        expect(phone.settings().get_by_text(sentence)).to_be_visible()
        expect(phone.page.get_by_role("button", name=BUTTON)).to_be_hidden()


def test_without_scripts_the_page_says_why_there_is_no_button_and_removes_devices(
    pages: FamilyPages, service: PushService
):
    with _context(pages) as context:
        phone = Phone(context, service.browser())
        phone.sign_in(pages.noor)
        phone.begin()
        state = context.storage_state()
    state["cookies"] = [cookie for cookie in state["cookies"] if cookie["name"] != "device"]  # from another browser
    with _context(pages, storage_state=state, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/settings/notices/")
        expect(page.get_by_text("which is switched off here")).to_be_visible()
        page.get_by_role("button", name="Remove").click()
        expect(page.get_by_text("That device gets no more notifications.")).to_be_visible()
        expect(page.get_by_role("button", name="Remove")).to_have_count(0)
