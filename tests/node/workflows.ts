// Workflow 1, 2 or 3 of the care book, through a client that openapi-fetch makes of openapi-typescript's types.
// The addresses, what is sent and what is answered are checked by tsc; what the server does is checked here.
import assert from "node:assert/strict";
import { rename, writeFile } from "node:fs/promises";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./handsel.js";

interface Setting {
  workflow: 1 | 2 | 3;
  baseUrl: string;
  clock: string; // the file that the server reads the time from
  ana: string; // her token
  noor: string;
  noorsEmail: string;
}

interface Book {
  family: string;
  emma: string;
  children: string[];
  schedule: string;
}

type Session = components["schemas"]["CareSession"];

const JUNE = { from: "2026-06-01", to: "2026-06-30" };
const TUESDAYS = days(2, 9, 16, 23, 30);
const PLANNED = days(1, 3, 5, 8, 10, 12, 15, 17, 19, 22, 24, 26, 29); // Mondays, Wednesdays, Fridays
const VACATION = days(15, 17, 19);

const setting: Setting = JSON.parse(process.argv[2] ?? "");
const ana = caller(setting.ana);
const noor = caller(setting.noor);
let calls = 0;

function days(...ofJune: number[]): string[] {
  return ofJune.map((day) => `2026-06-${String(day).padStart(2, "0")}`);
}

function caller(token: string): Client<paths> {
  return createClient<paths>({ baseUrl: setting.baseUrl, headers: { Authorization: `Bearer ${token}` } });
}

// What is answered, when it is what the file says of a call that goes well.
async function answered<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
  status = 200,
): Promise<Data> {
  const { data, error, response } = await call;
  assert.equal(response.status, status, JSON.stringify(error));
  assert.ok(data !== undefined);
  calls += 1;
  return data;
}

// Set the server's clock to a wall time in New York in summer; answers the instant as the API writes it.
async function itIs(wall: string): Promise<string> {
  const instant = `${new Date(`${wall.replace(" ", "T")}:00-04:00`).toISOString().slice(0, 19)}Z`;
  await writeFile(`${setting.clock}.new`, instant);
  await rename(`${setting.clock}.new`, setting.clock); // at once, since the server may be reading
  return instant;
}

async function begin(): Promise<Book> {
  await itIs("2026-05-30 18:00");
  const { id: familyId } = await answered(
    ana.POST("/api/v1/families", {
      body: { name: "Riveras", timeZone: "America/New_York", currency: "USD", defaultHourlyRate: "25.00" },
    }),
    201,
  );
  const params = { path: { familyId } };
  const invitation = await answered(
    ana.POST("/api/v1/families/{familyId}/invitations", { params, body: { email: setting.noorsEmail, role: "NANNY" } }),
    201,
  );
  const token = invitation.acceptUrl.replace(/\/$/, "").split("/").at(-1) ?? "";
  await answered(noor.POST("/api/v1/invitations/accept", { body: { token } }));
  const [emma, theo] = await Promise.all(
    ["Emma", "Theo"].map((firstName) =>
      answered(ana.POST("/api/v1/families/{familyId}/children", { params, body: { firstName } }), 201),
    ),
  );
  assert.ok(emma && theo);
  const children = [emma.id, theo.id];
  const schedule = await answered(
    noor.POST("/api/v1/families/{familyId}/care-schedules", {
      params,
      body: {
        name: "Mon/Wed/Fri Morning Care",
        recurrence: "WEEKLY",
        daysOfWeek: ["MONDAY", "WEDNESDAY", "FRIDAY"],
        startTime: "06:00",
        endTime: "14:30",
        hourlyRate: "25.00",
        startDate: "2026-06-01",
        childIds: children,
      },
    }),
    201,
  );
  return { family: familyId, emma: emma.id, children, schedule: schedule.id };
}

async function sessions(
  book: Book,
  query: paths["/api/v1/families/{familyId}/care-sessions"]["get"]["parameters"]["query"] = {},
): Promise<Session[]> {
  const params = { path: { familyId: book.family }, query };
  return (await answered(noor.GET("/api/v1/families/{familyId}/care-sessions", { params }))).items;
}

async function unconfirmed(book: Book): Promise<Session[]> {
  const params = { path: { familyId: book.family } };
  return (await answered(ana.GET("/api/v1/families/{familyId}/care-sessions/unconfirmed", { params }))).items;
}

async function confirmAll(book: Book, sessionIds: string[]): Promise<void> {
  const params = { path: { familyId: book.family } };
  const answer = await answered(
    ana.POST("/api/v1/families/{familyId}/care-sessions/confirm", { params, body: { sessionIds } }),
  );
  assert.deepEqual([answer.confirmed, answer.refused], [sessionIds, []]);
}

function generateJune(book: Book) {
  const params = { path: { scheduleId: book.schedule } };
  return answered(noor.POST("/api/v1/care-schedules/{scheduleId}/generate-sessions", { params, body: JUNE }));
}

async function cancel(sessionId: string, reason: string): Promise<void> {
  const params = { path: { sessionId } };
  const session = await answered(ana.POST("/api/v1/care-sessions/{sessionId}/cancel", { params, body: { reason } }));
  assert.deepEqual([session.status, session.cancelReason], ["CANCELLED", reason]);
}

// Noor starts and completes a session; both actual times are kept as they were.
async function care(sessionId: string, from: string, to: string): Promise<Session> {
  const params = { path: { sessionId } };
  const begun = await itIs(from);
  const started = await answered(noor.POST("/api/v1/care-sessions/{sessionId}/start", { params }));
  assert.deepEqual([started.status, started.actualStart, started.actualEnd], ["IN_PROGRESS", begun, null]);
  const ended = await itIs(to);
  const completed = await answered(noor.POST("/api/v1/care-sessions/{sessionId}/complete", { params }));
  assert.deepEqual([completed.status, completed.actualStart, completed.actualEnd], ["COMPLETED", begun, ended]);
  return completed;
}

async function regularWeeklyCare(book: Book): Promise<void> {
  assert.deepEqual(await sessions(book), []);
  const generated = await generateJune(book);
  assert.deepEqual(
    generated.created.map((slot) => slot.slotDate),
    PLANNED,
  );
  const waiting = await unconfirmed(book);
  assert.deepEqual(
    waiting.map((session) => session.slotDate),
    PLANNED,
  );
  for (const session of waiting) {
    assert.deepEqual([session.status, session.isConfirmed, session.hourlyRate], ["SCHEDULED", false, "25.00"]);
    assert.equal(session.scheduledStart, `${session.slotDate}T10:00:00Z`);
    assert.deepEqual([...session.childIds].sort(), [...book.children].sort());
  }
  await itIs("2026-05-31 20:00");
  const away = (session: Session) => VACATION.includes(session.slotDate ?? "");
  for (const session of waiting.filter(away)) await cancel(session.id, "We are at the lake.");
  await confirmAll(
    book,
    waiting.filter((session) => !away(session)).map((session) => session.id),
  );
  assert.deepEqual(await unconfirmed(book), []);
  const agreed = await sessions(book, { isConfirmed: true, status: ["SCHEDULED"] });
  assert.deepEqual(
    agreed.map((session) => session.slotDate),
    PLANNED.filter((day) => !VACATION.includes(day)),
  );
  assert.deepEqual(
    (await sessions(book, { status: ["CANCELLED"] })).map((session) => session.slotDate),
    VACATION,
  );

  const monday = agreed[0];
  assert.ok(monday);
  const completed = await care(monday.id, "2026-06-01 06:04", "2026-06-01 14:41");
  assert.equal(completed.scheduledStart, "2026-06-01T10:00:00Z");
  const params = { path: { sessionId: monday.id } };
  const { items } = await answered(ana.GET("/api/v1/care-sessions/{sessionId}/events", { params }));
  const kinds = ["generated", "confirmed", "started", "completed"].map((verb) => `care_session.${verb}`);
  assert.deepEqual(
    items.map((event) => event.kind),
    kinds,
  );
}

async function impromptuCare(book: Book): Promise<void> {
  await itIs("2026-06-08 19:30");
  const session = await answered(
    noor.POST("/api/v1/families/{familyId}/care-sessions", {
      params: { path: { familyId: book.family } },
      body: {
        scheduledStart: "2026-06-09T15:00",
        scheduledEnd: "2026-06-09T19:00",
        childIds: [book.emma],
        hourlyRate: "28.00",
        isConfirmed: true,
      },
    }),
    201,
  );
  assert.deepEqual([session.scheduleId, session.isConfirmed], [null, true]);
  assert.equal(session.scheduledStart, "2026-06-09T19:00:00Z");
  assert.deepEqual(await sessions(book, { isConfirmed: true, from: "2026-06-09", to: "2026-06-09" }), [session]);
  assert.deepEqual(await unconfirmed(book), []);
  const completed = await care(session.id, "2026-06-09 14:52", "2026-06-09 19:17");
  assert.equal(completed.hourlyRate, "28.00");
}

async function scheduleChanges(book: Book): Promise<void> {
  await generateJune(book);
  const [first, second] = await sessions(book);
  assert.ok(first && second);
  await confirmAll(book, [first.id]);
  await cancel(second.id, "");
  const before = await sessions(book);
  const daysOfWeek: components["schemas"]["CareSchedule"]["daysOfWeek"] = ["MONDAY", "TUESDAY", "WEDNESDAY", "FRIDAY"];
  const params = { path: { scheduleId: book.schedule } };
  const changed = await answered(noor.PATCH("/api/v1/care-schedules/{scheduleId}", { params, body: { daysOfWeek } }));
  assert.deepEqual(changed.daysOfWeek, daysOfWeek);
  assert.deepEqual(await sessions(book), before, "a schedule's change is no session's");

  const again = await generateJune(book);
  assert.deepEqual(
    again.created.map((slot) => slot.slotDate),
    TUESDAYS,
  );
  assert.deepEqual(
    again.existing.map((slot) => slot.slotDate),
    PLANNED,
  );
  const tuesdays = again.created.map((slot) => slot.sessionId ?? "");
  const after = await sessions(book);
  assert.deepEqual(
    after.filter((session) => !tuesdays.includes(session.id)),
    before,
  );
  await confirmAll(book, tuesdays);
  const confirmed = (await sessions(book)).filter((session) => tuesdays.includes(session.id));
  assert.ok(confirmed.length === 5 && confirmed.every((session) => session.isConfirmed));
}

const workflows = { 1: regularWeeklyCare, 2: impromptuCare, 3: scheduleChanges };
await workflows[setting.workflow](await begin());
console.log(calls);
