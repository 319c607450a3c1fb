/**
 * Who gets what from every route: a table of people and servers, a table of routes and what they take, and requests made
 * from the routes themselves. The routes are those that `createHttp` has; the grants, keys, executor, views and fleet are
 * the real ones. What is expected is worked out from the two tables alone.
 *
 * A new route fails here until it has a line in `access-rules.fixture.ts`, and where its schema does not tell enough to
 * ask it, one in `hints` of `access-requests.fixture.ts`. The house of this test is put together by the functions that
 * put the program together (`access-people.fixture.ts`), so it has every route of it.
 */
import type {LightMyRequestResponse} from 'fastify'
import {afterAll, describe, expect, test} from 'vitest'
import type {ListedRoute} from '#http/security/route-access.ts'
import {isFull} from '#test/proof.ts'
import {startOfTime} from '../http/http-fakes.ts'
import {startTestApp} from '../program/program.fixture.ts'
import {arrThatUses} from './access-arr.fixture.ts'
import {accessHarness, type AccessHarness, type HarnessOptions} from './access-harness.fixture.ts'
import {sizeOf} from './access-links.fixture.ts'
import {
  expectedOf,
  isAboutServer,
  leaksIn,
  outcomeOf,
  seen,
  table,
  textOf,
  type Person,
} from './access-model.fixture.ts'
import {webuiOfMatrix} from './access-people.fixture.ts'
import {get, isReading, measured, post, questionsAbout, readings, urlOf} from './access-questions.fixture.ts'
import {keyOf, requestsFor, targetOf, type MadeRequest} from './access-requests.fixture.ts'
import {rules} from './access-rules.fixture.ts'
import {
  canaryOf,
  commonHash,
  hashOn,
  idOf,
  serverNames,
  type AnyServer,
  type ServerName,
} from './access-servers.fixture.ts'

/* ───────────────────────────── the tables ───────────────────────────── */

/**
 * How far each server is open to whom, and what he may at all: r read, c control, a add, m manage, A admin.
 * Olga has `own`; Paul has `secret`, `shown` (Vera and Vic may look, Dora might command), `lent` (Cora and Vic may
 * command) and `open` (everyone may look); `fileAll` and `fileClosed` are of the file, the latter shared with nobody.
 * Vic is a viewer, Dora disabled, Ada the administrator; keys are Olga's and Ada's.
 */
const people = table(`
                    | own  | secret | shown | lent    | open | fileAll | fileClosed | may
  ada               | own  | own    | own   | own     | own  | own     | own        | rcamA
  token             | own  | own    | own   | own     | own  | own     | own        | rcamA
  key admin         | own  | own    | own   | own     | own  | own     | own        | rcamA
  key admin of some | own  | -      | own   | -       | -    | -       | -          | rcam
  olga              | own  | -      | -     | -       | view | view    | -          | rcam
  key read          | own  | -      | -     | -       | view | view    | -          | r
  key control       | own  | -      | -     | -       | view | view    | -          | rc
  key add           | own  | -      | -     | -       | view | view    | -          | ra
  key manage        | own  | -      | -     | -       | view | view    | -          | rm
  key of some       | own  | -      | -     | -       | -    | -       | -          | rcam
  vera              | -    | -      | view  | -       | view | view    | -          | rcam
  cora              | -    | -      | -     | control | view | view    | -          | rcam
  nina              | -    | -      | -     | -       | view | view    | -          | rcam
  vic               | -    | -      | view  | control | view | view    | -          | r
  dora              | -    | -      | -     | -       | -    | -       | -          | nobody
  key of dora       | -    | -      | -     | -       | -    | -       | -          | nobody
  nobody            | -    | -      | -     | -       | -    | -       | -          | nobody
`)

/* ───────────────────────────── how much is asked ───────────────────────────── */

/** One of each sort of route; in the full proof all. */
function routesToAsk(routes: readonly ListedRoute[]): readonly ListedRoute[] {
  if (isFull) return routes
  return oneOfEach(routes, (route) => `${rules[keyOf(route)]} ${isReading(route.method)}`)
}

/** Always the same one: what another one would show must not be found by a commit that has nothing to do with it. */
function oneOfEach<T>(all: readonly T[], sortOf: (one: T) => string): readonly T[] {
  return [...Map.groupBy(all, sortOf).values()].map(([first]) => first!)
}

/** A member with servers of his own, one whom others let see some, a key of some servers, a stranger; in the full proof all. */
const whoAsks = new Set(['olga', 'vic', 'key of some', 'nobody'])
const asking = isFull ? people : people.filter(({who}) => whoAsks.has(who))

/* ───────────────────────────── the matrix ───────────────────────────── */

const houses: AccessHarness[] = []
afterAll(() => Promise.all(houses.map((harness) => harness.close())))

async function newHarness(options: HarnessOptions = {}): Promise<AccessHarness> {
  const harness = await accessHarness(options)
  houses.push(harness)
  return harness
}

/** Nothing is written in a house: one serves all who only ask what they may, when nobody asked too much a minute ago. */
let common: Promise<AccessHarness> | undefined
async function commonHarness(): Promise<AccessHarness> {
  common ??= newHarness()
  await (await common).clock.advance(60_000)
  return common
}

async function ask(
  harness: AccessHarness,
  {who}: Person,
  request: MadeRequest,
): Promise<LightMyRequestResponse> {
  const headers = {...request.headers, ...harness.headersOf(who)}
  return harness.http.app.inject({...request, headers})
}

test('every route has a rule, every rule a route, and the route says the same about its access', async () => {
  const {http} = await commonHarness()
  const said = http.routes.map((route) => {
    const {access} = route
    return [keyOf(route), 'over' in access ? `${access.needs} ${access.over}` : access.needs]
  })
  const withoutManner = Object.entries(rules).map(([key, rule]) => [
    key,
    rule.replace(/ with \w+$/, '').replace(/ (everywhere|by session.*|not by key)$/, ''),
  ])
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries(withoutManner))
})

test('the routes of the composed program are those that are asked here', async () => {
  const [{http}, program] = [await commonHarness(), await startTestApp({servers: [], webui: webuiOfMatrix})]
  const routes = ({routes: all}: {routes: readonly ListedRoute[]}) =>
    all.map((route) => `${route.method} ${route.url} ${JSON.stringify(route.access)}`).sort()
  const ofProgram = routes(program.app.http)
  await program.stop()
  expect(routes(http)).toEqual(ofProgram)
})

describe.each(asking)('$who', (person) => {
  test('gets from every route, about every server, what the tables say, and nothing of what is not theirs', async () => {
    const harness = await commonHarness()
    const wrong: string[] = []
    let asked = 0
    // All of them in the quick proof, too: a new route has no other that stands for it.
    for (const route of harness.http.routes) {
      for (const name of isAboutServer(route) ? [...serverNames, 'ghost' as const] : ['ghost' as const]) {
        for (const request of await requestsFor(route, targetOf(name))) {
          const answer = await ask(harness, person, request)
          const ruling = request.rules ?? [rules[keyOf(route)], request.alsoRule]
          const expected = expectedOf(person, ruling, name)
          const outcome = outcomeOf(answer, route)
          const leaks = leaksIn(textOf(answer), person, JSON.stringify([request.url, request.payload ?? '']))
          const what = `${route.method} ${request.url} on ${name}`
          if (outcome !== expected) wrong.push(`${what}: ${outcome}, not ${expected}`)
          if (leaks.length > 0) wrong.push(`${what} tells ${leaks.join(', ')}`)
          asked++
        }
      }
    }
    expect(wrong.slice(0, 20)).toEqual([])
    expect(asked).toBeGreaterThan(300)
  })
})

/* ───────────────────────────── as if the others were not there ───────────────────────────── */

const limited = people.filter((person) => person.may !== null && seen(person).length < serverNames.length)
const withLimits = isFull ? limited : limited.filter(({who}) => whoAsks.has(who))

/** Ids, tokens, fingerprints and pages, which each house makes for itself. */
const drawnAtRandom =
  /(?<=nonce-|(?<![\w-]))([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[\w-]{342}|[\w-]{43}|[\w-]{22})(?![\w-])/g

/** The same text whichever server it is about, and whichever request it answered. */
function aboutAnyone(text: string, name: AnyServer): string {
  return text
    .replaceAll(idOf(name), '(server)')
    .replaceAll(hashOn(name), '(hash)')
    .replaceAll(canaryOf(name), '(word)')
    .replaceAll(drawnAtRandom, '(drawn at random)')
}

async function askAndListen(harness: AccessHarness, person: Person, request: MadeRequest, name: AnyServer) {
  // Ten a minute are allowed.
  if (/\/(servers|arrs)\/(test|discover)$/.test(request.url)) await harness.clock.advance(60_000)
  const [before, entries] = [harness.links.calls.length, harness.journal.length]
  const answer = await ask(harness, person, request)
  const calls = harness.links.calls.slice(before).map((it) => aboutAnyone(it, name))
  return {reported: aboutAnyone(textOf(answer), name), calls, written: harness.journal.length - entries}
}

describe.each(withLimits)('$who', (person) => {
  const unseen = serverNames.filter((name) => !seen(person).includes(name))
  const askedAbout = isFull ? unseen : unseen.slice(0, 1)

  test('gets for a server that is not theirs, byte by byte, what they get for one that does not exist', async () => {
    const harness = await newHarness({down: unseen})
    const routes = routesToAsk(harness.http.routes).filter(isAboutServer)
    for (const name of askedAbout) {
      const requestsAbout = async (it: AnyServer) => [
        ...(await Promise.all(routes.map((route) => requestsFor(route, targetOf(it))))).flat(),
        ...questionsAbout(it),
      ]
      const ofGhost = await requestsAbout('ghost')
      for (const [at, request] of (await requestsAbout(name)).entries()) {
        const about = await askAndListen(harness, person, request, name)
        const aboutGhost = await askAndListen(harness, person, ofGhost[at]!, 'ghost')
        expect({...about, asked: request.url}).toEqual({...aboutGhost, asked: request.url})
      }
    }
  })

  test('reads what they would read if the servers of others did not exist', async () => {
    const [among, alone] = [await newHarness({down: unseen}), await newHarness({present: seen(person)})]
    const requests = [
      ...(await readings(routesToAsk(among.http.routes), seen(person))),
      ...askedAbout.flatMap(questionsAbout),
    ]
    expect(requests.length).toBeGreaterThan(20)
    for (const request of requests) {
      const reported = await askAndListen(among, person, request, 'ghost')
      const reportedAlone = await askAndListen(alone, person, request, 'ghost')
      expect({...reported, asked: request.url}).toEqual({...reportedAlone, asked: request.url})
      // What he wrote into a list is said back to him, as it is where the others do not exist.
      if (isReading(request.method)) expect(leaksIn(reported.reported, person, request.url)).toEqual([])
    }
  })

  test('reads who uses the bytes of a torrent as if servers of others that are online did not exist', async () => {
    const [among, alone] = [await newHarness(), await newHarness({present: seen(person)})]
    for (const name of seen(person)) {
      const url = `/api/torrents/${hashOn(name)}/links?server_id=${idOf(name)}`
      const [reported, reportedAlone] = await Promise.all([
        askAndListen(among, person, get(url), name),
        askAndListen(alone, person, get(url), name),
      ])
      expect(reported.reported).toMatch(/^200\n/)
      expect(reported.reported).toEqual(reportedAlone.reported)
      expect(leaksIn(reported.reported, person, url)).toEqual([])
    }
  })

  test('commands a torrent that others have too as if they had not', async () => {
    const [among, alone] = [await newHarness({down: unseen}), await newHarness({present: seen(person)})]
    for (const route of routesToAsk(among.http.routes).filter(
      (it) => isAboutServer(it) && !isReading(it.method),
    )) {
      for (const request of await requestsFor(route, {serverId: idOf('ghost'), hash: commonHash})) {
        const reported = await askAndListen(among, person, request, 'ghost')
        const reportedAlone = await askAndListen(alone, person, request, 'ghost')
        expect({...reported, asked: request.url}).toEqual({...reportedAlone, asked: request.url})
      }
    }
  })
})

interface Sums {
  readonly at: readonly number[]
  readonly servers: readonly {readonly server_id: string}[]
  readonly sum: {readonly down_speed: readonly number[]; readonly torrents: readonly number[]}
  readonly reporting: readonly number[]
}

test.each(people.filter(({may}) => may !== null))('$who gets the sums of their servers', async (person) => {
  const harness = await commonHarness()
  const answer = await ask(harness, person, get(`/api/history?${measured}&span=10`))
  const {servers, sum, reporting} = answer.json<Sums>()
  const own = seen(person)
  const ended = reporting.findLastIndex((count) => count > 0)
  expect(servers.map((it) => it.server_id).sort()).toEqual(own.map(idOf).sort())
  expect([sum.down_speed[ended], sum.torrents[ended], reporting[ended]]).toEqual([
    own.reduce((all, name) => all + sizeOf(name), 0),
    own.length * 2,
    own.length,
  ])
})

const who = (name: string) => people.find((it) => it.who === name)!

test('of a list each is shown which of its servers they manage, and of others nothing', async () => {
  const harness = await commonHarness()
  const servers = (['own', 'secret', 'open', 'ghost'] as const).map((name) => ({
    id: idOf(name),
    name: canaryOf(name),
    kind: 'qbittorrent',
    url: urlOf(name),
  }))
  const json = {format: 'commodarr-servers', version: 1, servers}
  const plan = async (name: string) => {
    const answer = await ask(harness, who(name), post('/api/servers/import', {preview: true, json}))
    const {items} = answer.json<{items: readonly {action: string; warnings: readonly string[]}[]}>()
    return items.map(({action, warnings}) => [action, ...warnings].join(': '))
  }
  const known = `add: ${canaryOf('open')} leads there already; its torrents would be listed twice.`
  expect(await plan('ada')).toEqual(['same', 'same', 'same', 'add'])
  expect(await plan('olga')).toEqual(['same', 'add', known, 'add'])
  expect(await plan('nina')).toEqual(['add', 'add', known, 'add'])
})

const taken = serverNames.filter((name) => name !== 'own')

test('the address of a server of another user is refused as those are that no one may reach, whichever way it comes', async () => {
  const harness = await newHarness({mayShare: false})
  const answersTo = async (url: string) => {
    const draft = {kind: 'qbittorrent', name: 'Mine', url}
    const json = {format: 'commodarr-servers', version: 1, servers: [draft]}
    const asked = [
      post('/api/servers', draft),
      post('/api/servers/test', draft),
      post('/api/servers/import', {preview: true, json}),
      post('/api/servers/import', {preview: false, json}),
      {method: 'PATCH', url: `/api/servers/${idOf('own')}`, payload: {url}} as const,
      post('/api/servers/test', {id: idOf('own'), url}),
    ]
    const answers: [number, string][] = []
    for (const request of asked) {
      const {statusCode, body} = await ask(harness, who('olga'), request)
      const same = body.replaceAll(url, '(url)').replaceAll(/"(request_id|fingerprint)":"[^"]+"/g, '')
      answers.push([statusCode, same])
    }
    return answers
  }
  const refused = await answersTo('http://169.254.169.254:8080')
  expect(refused.every(([, body]) => body.includes('address_forbidden'))).toBe(true)
  for (const name of taken) expect(await answersTo(urlOf(name))).toEqual(refused)
})

test('of what an Arr uses each is shown which servers are here that they see', async () => {
  const harness = await commonHarness()
  const knownTo = async (name: string, server: AnyServer) => {
    const body = {url: arrThatUses(`${canaryOf(server)}.example`), api_key: 'key'}
    const answer = await ask(harness, who(name), post('/api/servers/discover', body))
    const [found] = answer.json<{servers: readonly {known: {server_id: string} | null}[]}>().servers
    return found!.known?.server_id ?? null
  }
  expect(await knownTo('ada', 'secret')).toBe(idOf('secret'))
  expect(await knownTo('olga', 'own')).toBe(idOf('own'))
  expect(await knownTo('olga', 'open')).toBe(idOf('open'))
  expect(await knownTo('olga', 'secret')).toBeNull()
})

test('each carries away the servers that they manage', async () => {
  const harness = await commonHarness()
  for (const person of people.filter(({may}) => may?.has('manage') === true)) {
    const answer = await ask(harness, person, get('/api/servers/export'))
    const {servers} = answer.json<{servers: readonly {id: string}[]}>()
    const own = serverNames.filter((name) => person.levels[name] === 'own')
    expect([person.who, servers.map(({id}) => id).sort()]).toEqual([person.who, own.map(idOf).sort()])
  }
})

test('how the database does is shown to users who may administer everything', async () => {
  const storage = {ok: false, since: startOfTime, code: 'storage_unavailable'} as const
  const harness = await newHarness({storage})
  for (const person of people.filter(({may}) => may !== null)) {
    const status = await ask(harness, person, get('/api/status'))
    const ready = await ask(harness, person, get('/ready'))
    const isReported = [status.json<object>(), ready.json<{reasons: readonly string[]}>()].map((reported) =>
      JSON.stringify(reported).includes('The database does not answer'),
    )
    const may = person.may!.has('admin')
    expect([person.who, ready.statusCode, ...isReported]).toEqual([person.who, 200, may, may])
  }
})

test('why it does not serve yet is said of the servers that the user may see', async () => {
  const harness = await newHarness({down: ['own', 'secret']})
  const reasonsFor = async (who: string) => {
    const answer = await ask(
      harness,
      people.find((it) => it.who === who)!,
      get('/ready'),
    )
    return answer.json<{reasons: readonly string[]}>().reasons
  }
  const of = (name: ServerName) => `${canaryOf(name)} has not answered yet.`
  expect(await reasonsFor('ada')).toEqual([of('own'), of('secret')])
  expect(await reasonsFor('olga')).toEqual([of('own')])
  expect(await reasonsFor('nina')).toEqual([])
  expect(await reasonsFor('nobody')).toEqual([])
})

/* ───────────────────────────── what protects, and what is written down ───────────────────────────── */

test('data that a torrent of the instance may need is kept, and the member learns no more than that', async () => {
  const harness = await newHarness({crossSeed: 'fileClosed'})
  const olga = people.find(({who}) => who === 'olga')!
  const url = `/api/torrents/${hashOn('own')}?server_id=${idOf('own')}&delete_data=true`
  const answer = await ask(harness, olga, {method: 'DELETE', url})
  expect(answer.json()).toMatchObject({
    code: 'content_unknown',
    detail: expect.stringMatching(/^A torrent on a server that you cannot see may use the same files\./),
  })
  expect(leaksIn(textOf(answer), olga, url)).toEqual([])
  expect(harness.links.calls.filter((it) => it.startsWith('remove'))).toEqual([])
})

test('what another member’s server lists keeps nothing of theirs, and does not show through', async () => {
  const harness = await newHarness({crossSeed: 'secret'})
  const olga = people.find(({who}) => who === 'olga')!
  const keys = [{server_id: idOf('own'), info_hash: hashOn('own')}]
  const preview = {method: 'POST', url: '/api/torrents/removal-preview', payload: {keys}} as const
  const reported = await ask(harness, olga, preview)
  expect(reported.json()).toMatchObject({sharing: {torrents: 0, others: [], hidden: false}})
  expect(leaksIn(textOf(reported), olga, preview.url)).toEqual([])
  const url = `/api/torrents/${hashOn('own')}?server_id=${idOf('own')}&delete_data=true`
  expect((await ask(harness, olga, {method: 'DELETE', url})).statusCode).toBe(200)
  expect(harness.links.calls.filter((it) => it.startsWith('remove'))).toHaveLength(1)
})

test('an attempt without permission is written down with all that is known of its user', async () => {
  const harness = await newHarness()
  const vera = people.find(({who}) => who === 'vera')!
  for (const name of ['shown', 'secret', 'ghost'] as const) {
    await ask(harness, vera, {
      method: 'POST',
      url: `/api/torrents/${hashOn(name)}/stop?server_id=${idOf(name)}`,
    })
  }
  expect(harness.journal).toMatchObject([
    {
      actor: {name: 'vera', origin: 'user', userId: 'id-vera', address: '127.0.0.1'},
      serverId: idOf('shown'),
      hash: hashOn('shown'),
      verb: 'stop',
      phase: 'refused',
      code: 'forbidden',
    },
  ])
})
