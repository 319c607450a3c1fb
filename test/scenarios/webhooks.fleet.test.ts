/**
 * The webhook that Commodarr registers in an Arr, by the whole program: the Arr calls it over a real socket, everything
 * else passes in virtual time.
 */
import {afterEach, expect, test} from 'vitest'
import type {Fault} from '#lab/arrs/faults.ts'
import {filmRelease} from '../program/acting-harness.fixture.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {A, HOUR, MINUTE, type ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

const film = filmRelease('Some.Film.2020.1080p.WEB')
const other = filmRelease('Other.Film.2020.1080p.WEB')
const withUrl = (url: string, rest = filmsSection) => `[Settings]\nWebhookUrl = "${url}"\n${rest}`

/** It listens, and its address is not told to anybody yet. */
async function listening(): Promise<string> {
  harness = await startFilms({
    config: filmsSection,
    titles: ['Some Film', 'Other Film'],
    releases: [film, other],
  })
  const [address] = await harness.acting.app.http.listen({host: '127.0.0.1', port: 0})
  return address!
}

const radarr = () => harness.acting.arr('radarr').arr
/** Beside the mark that says who looks after it. */
const hooks = () =>
  [...radarr().hooks.all.values()].map(({resource}) => resource).filter(({onGrab}) => onGrab === true)
const webhook = async () => (await harness.acting.api.get<Shown>('/api/arrs/Radarr-films')).webhook

async function registered(): Promise<string> {
  const address = await listening()
  await harness.acting.reconfigure(withUrl(address))
  await harness.acting.until(5 * MINUTE, webhook, (it) => it?.state === 'registered')
  return address
}

/** What the Arr is asked from now on about its queue and its history. */
function asking(): () => readonly string[] {
  const {asked} = harness.acting
  const from = asked.length
  return () => asked.slice(from).filter((what) => /\/(queue|history)/.test(what))
}

/** Until it is so; real calls take the time that they take. */
async function eventually(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, {timeout: 30_000}).toBe(true)
}

test('it is registered once, shows only the token of its Arr, is reported, and goes with the key of the configuration', async () => {
  const address = await listening()
  await harness.pass(MINUTE)
  expect([hooks(), await webhook()]).toEqual([[], undefined])
  await harness.acting.reconfigure(withUrl(address))
  await harness.acting.until(5 * MINUTE, webhook, (it) => it?.state === 'registered')
  expect(await webhook()).toEqual({state: 'registered', fault: null})
  expect(hooks()).toMatchObject([
    {name: 'Commodarr', implementation: 'Webhook', onGrab: true, onDownload: true},
  ])
  const fields = hooks()[0]!['fields'] as readonly {readonly name: string; readonly value: unknown}[]
  expect(fields.find(({name}) => name === 'url')?.value).toBe(`${address}/api/arrs/hints`)
  // The same again changes nothing.
  await harness.acting.reconfigure(withUrl(address))
  await harness.pass(MINUTE)
  const entries = (await harness.journal('subject=arr')).filter(({verb}) => verb !== 'mark-arr')
  expect(entries.map(({verb, actor, args}) => [verb, actor, args])).toEqual([
    ['register-webhook', 'Commodarr', {id: 'Radarr-films', url: `${address}/api/arrs/hints`}],
  ])
  const token = (
    fields.find(({name}) => name === 'headers')!.value as readonly {readonly value: string}[]
  )[0]!.value
  expect(token.length).toBeGreaterThan(40)
  expect(JSON.stringify([await harness.journal(), await harness.acting.api.get('/api/arrs')])).not.toContain(
    token,
  )
  await harness.acting.reconfigure(filmsSection)
  await harness.acting.until(
    5 * MINUTE,
    () => hooks().length,
    (it) => it === 0,
  )
  expect([hooks(), await webhook()]).toEqual([[], undefined])
})

test('it goes with its Arr', async () => {
  const address = await registered()
  await harness.acting.reconfigure(withUrl(address, ''))
  await harness.acting.until(
    5 * MINUTE,
    () => hooks().length,
    (it) => it === 0,
  )
  expect(hooks()).toEqual([])
})

test('a caller without the token is refused, and nothing is looked at', async () => {
  const address = await registered()
  await harness.pass(2 * MINUTE)
  const asked = asking()
  for (const headers of [
    {},
    {'x-commodarr-token': 'a guess'},
    {authorization: 'Basic Q29tbW9kYXJyOmd1ZXNz'},
  ]) {
    const body = JSON.stringify({eventType: 'Grab'})
    const answer = await fetch(`${address}/api/arrs/hints`, {method: 'POST', headers: headers as {}, body})
    expect(answer.status).toBe(401)
  }
  await harness.pass(2)
  expect(asked()).toEqual([])
})

test('a hundred calls are one look, within a second', async () => {
  await registered()
  radarr().faults.add({kind: 'signalrSilent'})
  await harness.pass(2 * MINUTE)
  const asked = asking()
  const sent = radarr().stats.webhooksSent
  for (let call = 0; call < 100; call++) radarr().hooks.send(['onGrab'], {eventType: 'Grab'})
  await eventually(() => radarr().stats.webhooksSent === sent + 100)
  await harness.pass(1)
  expect(asked()).toEqual(['radarr: GET /api/v3/history/since'])
})

test('what an Arr that cannot call us says is reported, and it is tried again', async () => {
  const address = await listening()
  radarr().faults.add({kind: 'webhookFirstTestFails', count: 1})
  await harness.acting.reconfigure(withUrl(address))
  const failed = await harness.acting.until(MINUTE, webhook, (it) => it?.state === 'failed')
  expect(failed?.fault).toContain('Connection refused')
  const now = await harness.acting.until(10 * MINUTE, webhook, (it) => it?.state === 'registered')
  expect(now).toEqual({state: 'registered', fault: null})
  await harness.expectWell()
})

const troubles: readonly Fault[] = [
  {kind: 'webhookLost'},
  {kind: 'webhookDuplicate'},
  {kind: 'webhookReorder'},
]
for (const trouble of [null, ...troubles]) {
  test(`calls that are ${trouble?.kind ?? 'all right'} change nothing in the end`, async () => {
    await registered()
    if (trouble) radarr().faults.add(trouble)
    await grab(harness, film, {itemId: 1, life: {completeAfter: 90}})
    await grab(harness, other, {itemId: 2, life: {completeAfter: 600}})
    const titles = () => titlesOf(harness)
    const seen = await harness.acting.until(HOUR, titles, (it) => it.length === 2)
    expect(seen).toEqual(['Other Film (2020)', 'Some Film (2020)'])
    await harness.expectNothingDestructive()
  })
}

async function titlesOf(of: ScenarioHarness): Promise<readonly string[]> {
  const {torrents} = await of.acting.api.get<{torrents: readonly {arr_item?: string | null}[]}>(
    `/api/torrents?server_id=${A}&category=films&fields=name,arr_item`,
  )
  return torrents.flatMap(({arr_item: title}) => title ?? []).toSorted()
}

interface Shown {
  readonly webhook?: {readonly state: string; readonly fault: string | null}
}
