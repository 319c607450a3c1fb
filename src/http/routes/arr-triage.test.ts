import {afterEach, beforeEach, expect, test} from 'vitest'
import type {RejectedImport} from '#automation/alerts/rejected-imports.ts'
import {classOfText} from '#arr-client/reject-class.ts'
import type {Principal} from '#model/access.ts'
import {asArrId, asDownloadId, type QueueRow} from '#model/arr.ts'
import type {ArrAction, RunningArr} from '#model/arr-service.ts'
import {CommandRefused, CommodarrError} from '#model/errors.ts'
import {triageOf} from '#model/import-triage.ts'
import {arrHarness, sectionNamed, type ArrHarness, type Name} from '#registry/arrs/arrs-harness.fixture.ts'
import {ArrRequests} from '#registry/arrs/requests.ts'
import {fakeHarness, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {arrTriageRoutes} from './arr-triage.ts'

let harness: ArrHarness
let transports: FakeHarness
let rejected: readonly RejectedImport[]
let asked: ArrAction[]
let doubt: string | null
let refusal: Error | null
let isRunning: boolean

/** The n-th row of the queue, whose Arr says this. */
function rejectedFor(n: number, ...texts: readonly string[]): RejectedImport {
  const downloadId = asDownloadId(String(n).repeat(40))!
  const row = {
    id: n,
    downloadId,
    title: `Release.${n}`,
    size: 900,
    messages: texts.map((text) => ({title: `release.${n}.mkv`, messages: [text]})),
  }
  const triage = triageOf(texts.map((text) => ({text, class: classOfText(text)})))
  return {id: downloadId, downloadId, rows: [row as unknown as QueueRow], since: 5, triage}
}

const byHand =
  'Found matching movie via grab history, but release was matched to movie by ID. Manual Import required.'

beforeEach(async () => {
  harness = await arrHarness([sectionNamed('Radarr')])
  ;[rejected, asked, doubt, refusal, isRunning] = [[], [], null, null, true]
  const running = {
    queue: [],
    titleOf: () => 'A film (2021)',
    act: async (_: unknown, action: ArrAction) => {
      asked.push(action)
      if (refusal) throw refusal
    },
    importProof: async () => ({files: 2, doubt}),
    searcherAfter: async () => 'us',
  } as unknown as RunningArr
  const {service, directory, clock} = harness
  const requests = new ArrRequests({
    directory,
    service,
    clock,
    managers: {of: () => (isRunning ? running : null)},
    fleet: {get: () => null},
    searches: async () => [],
    servers: undefined as never,
    instances: undefined as never,
    asker: undefined as never,
  })
  const names: readonly Name[] = ['ada', 'vic']
  const people: Record<string, Principal> = Object.fromEntries(names.map((name) => [name, harness.as(name)]))
  transports = await fakeHarness({
    nouns: [arrTriageRoutes({requests, imports: {of: () => ({imports: rejected, asOf: null})}})],
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
})
afterEach(async () => {
  await transports.http.close()
  await harness.store.close()
})

async function ask(who: Name, payload?: object, id: string = asArrId('Radarr')) {
  const {statusCode: status, body} = await transports.http.app.inject({
    method: payload ? 'POST' : 'GET',
    url: `/api/arrs/${id}/triage`,
    headers: {host: 'localhost', 'x-who': who},
    ...(payload && {payload}),
  })
  return {status, json: JSON.parse(body) as Record<string, unknown>}
}

const results = async (payload: object) =>
  (await ask('ada', payload)).json['items'] as readonly Record<string, unknown>[]
const journal = () => harness.entries()

test('what waits is listed in plain words, with what is proposed first and what each would do', async () => {
  rejected = [rejectedFor(1, 'No audio tracks detected'), rejectedFor(2, byHand)]
  const {status, json} = await ask('vic')
  expect(status).toBe(200)
  expect(json).toMatchObject({
    as_of: null,
    rows: [
      {
        queue_id: 1,
        title: 'Release.1',
        media_title: 'A film (2021)',
        size: 900,
        since: 5,
        says: ['No audio tracks detected'],
        class: 'no_audio',
        words: 'The Arr found no audio track in it.',
        proposed: 'blocklist_search',
        actions: [{action: 'blocklist_search'}, {action: 'blocklist'}, {action: 'leave'}],
      },
      {
        queue_id: 2,
        class: 'matched_by_id',
        proposed: 'leave',
        actions: [{action: 'leave'}, {action: 'import'}],
      },
    ],
  })
  isRunning = false
  expect((await ask('ada')).json['rows']).toEqual([])
})

test('a dry run says what would be done, and the Arr is asked for nothing', async () => {
  rejected = [rejectedFor(1, 'No audio tracks detected'), rejectedFor(2, byHand)]
  const items = [
    {queue_id: 1, action: 'blocklist_search'},
    {queue_id: 2, action: 'import'},
  ]
  expect(await results({items, dry_run: true})).toEqual([
    {
      queue_id: 1,
      action: 'blocklist_search',
      outcome: 'would',
      code: null,
      message: expect.stringContaining('Commodarr would search for another one'),
      undoable: true,
    },
    {
      queue_id: 2,
      action: 'import',
      outcome: 'would',
      code: null,
      message: expect.stringContaining('its 2 files, which are proven'),
      undoable: false,
    },
  ])
  doubt = 'x.mkv is for something else than it was grabbed for.'
  expect(await results({items: items.slice(1), dry_run: true})).toMatchObject([
    {outcome: 'refused', code: 'command_refused', message: `It would not be imported: ${doubt}`},
  ])
  expect([asked, await journal()]).toEqual([[], []])
})

test('each row has its own answer: what was done is in the journal, and what is refused has its reason', async () => {
  rejected = [
    rejectedFor(1, 'No audio tracks detected'),
    rejectedFor(2, byHand),
    rejectedFor(3, 'Failed to import movie, Root folder missing.'),
  ]
  const items = [
    {queue_id: 1, action: 'blocklist'},
    {queue_id: 2, action: 'import'},
    {queue_id: 3, action: 'leave'},
    {queue_id: 9, action: 'import'},
  ]
  expect((await results({items})).map(({outcome, code}) => [outcome, code])).toEqual([
    ['done', null],
    ['done', null],
    ['done', null],
    ['refused', 'command_refused'],
  ])
  expect(asked).toEqual([
    {what: 'blocklist', downloadId: '1'.repeat(40), searchAgain: false},
    {what: 'importAnyway', downloadId: '2'.repeat(40), mode: 'copy', isProven: true},
  ])
  expect((await journal()).map(({verb}) => verb)).toEqual(['blocklist', 'importAnyway'])
  refusal = new CommandRefused('This Arr did not grab it, so there is nothing to blocklist.')
  expect(await results({items: items.slice(0, 1)})).toMatchObject([
    {outcome: 'refused', code: 'command_refused', message: refusal.message, undoable: false},
  ])
})

test('what the Arr leaves to a user, and what is in the way of any release, is never given up from here', async () => {
  rejected = [rejectedFor(1, byHand), rejectedFor(2, 'Failed to import movie, Root folder missing.')]
  for (const action of ['blocklist', 'blocklist_search'])
    for (const queueId of [1, 2])
      expect(await results({items: [{queue_id: queueId, action}]})).toMatchObject([
        {outcome: 'refused', code: 'command_refused'},
      ])
  expect(asked).toEqual([])
})

test('who only sees an Arr answers nothing, and a row is named once', async () => {
  rejected = [rejectedFor(1, 'No audio tracks detected')]
  const items = [{queue_id: 1, action: 'blocklist'}]
  expect((await ask('vic', {items})).status).toBe(403)
  expect((await ask('vic', {items: [{queue_id: 9, action: 'leave'}]})).status).toBe(403)
  expect((await ask('ada', {items: [...items, ...items]})).status).toBe(400)
  expect((await ask('ada', {items: []})).status).toBe(400)
  expect((await ask('ada', {items}, 'Sonarr')).status).toBe(404)
  expect(asked).toEqual([])
})
