/** What of a household outlives the program, on either database: people, what they come in with, servers, audit. */
import {expect} from 'vitest'
import type {FleetProcess} from '#lab/simulators/fleet-process.ts'
import {at, type FleetHarness} from './fleet-harness.fixture.ts'
import type {Api} from './program.fixture.ts'

/** Read before the end, compared afterwards. */
export async function kept({eve, bo, ids}: FleetHarness): Promise<Readonly<Record<string, unknown>>> {
  const reported: Record<string, unknown> = {}
  for (const [who, api] of Object.entries({eve, bo})) {
    for (const path of ownPaths) {
      reported[`${who} ${path}`] = withoutUses(await api.get(path))
    }
  }
  for (const path of ['/api/users', '/api/settings']) reported[path] = withoutUses(await eve.get(path))
  for (const id of ['qBit-Evesown', 'rTorrent-Shared', ...Object.values(ids)]) {
    reported[id] = await eve.get(`/api/servers/${id}/definition`)
  }
  return reported
}

/** What each has of his own. */
const ownPaths = ['session', 'sessions', 'keys', 'users/me', 'views', 'preferences'].map((it) => `/api/${it}`)

/** When something was last used is written once a minute. */
function withoutUses(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, it: unknown) =>
      ['last_seen_at', 'last_used_at', 'expires_at'].includes(name) ? undefined : it,
    ),
  )
}

export interface AfterKill {
  readonly harness: FleetHarness
  readonly before: Awaited<ReturnType<typeof kept>>
  readonly fleet: FleetProcess
  /** Starts it again over the same data. */
  readonly start: () => Promise<Api>
  /** The last that was changed: the answer came, then the program was killed. */
  readonly auditDays: number
}

/** @returns the household at the program's new address */
export async function expectAllAsBefore({
  harness,
  before,
  fleet,
  start,
  auditDays,
}: AfterKill): Promise<FleetHarness> {
  for (const {name} of fleet.servers) await fleet.send(name, {do: 'counters', reset: true})
  const again = at(await start(), harness)
  const settings = {...(before['/api/settings'] as object), audit_days: auditDays}
  expect(await kept(again)).toEqual({...before, '/api/settings': settings})
  await again.eve.online()
  expect((await again.bo.list()).total).toBe(27)
  expect((await again.key.list()).total).toBe(27)
  for (const {name} of fleet.servers) {
    const {loginsRefused} = await fleet.send(name, {do: 'counters'})
    expect([name, loginsRefused]).toEqual([name, 0])
  }
  await expectAudit(again)
  return again
}

/** Who did what, newest first; the last action is the one before the kill. */
async function expectAudit({eve, bo}: FleetHarness): Promise<void> {
  const entriesOf = async (api: Api) => {
    const {entries} = await api.get<{entries: readonly {actor: string; subject: string; verb: string}[]}>(
      '/api/audit',
    )
    return entries.map(({actor, subject, verb}) => `${actor}: ${subject} ${verb}`)
  }
  const all = await entriesOf(eve)
  expect(all[0]).toBe('Eve: setting change')
  const wanted = [
    'Eve: user create',
    'Eve: server share',
    'Bo: user create',
    'Bo: server create',
    'Bo: key create',
  ]
  expect(all).toEqual(expect.arrayContaining(wanted))
  expect((await entriesOf(bo)).every((entry) => entry.startsWith('Bo: '))).toBe(true)
}
