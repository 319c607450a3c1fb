/**
 * Every field that is read exists in the Arr's own description with a type that fits, and every path, parameter and
 * body field that is sent does. The client runs against a door that answers with examples made from the description.
 */
import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {z} from 'zod'
import {
  asDownloadId,
  historyEvents,
  queueStatuses,
  trackedStates,
  type ArrStatus,
  type ArrWish,
} from '#model/arr.ts'
import {NotSupported} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {ArrReader, ArrRequest} from './http-client.ts'
import {posterPaths} from './posters.ts'
import {stateWords} from './queue-rows.ts'
import {ArrClient} from './client.ts'
import type {Dialect} from './dialect.ts'
import {lidarr} from './lidarr.ts'
import {radarr} from './radarr.ts'
import {readarr} from './readarr.ts'
import {sonarr} from './sonarr.ts'
import {sonarrV5} from './sonarr-v5.ts'
import {whisparrV2, whisparrV3} from './whisparr.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}
interface Operation {
  readonly parameters?: readonly {readonly in: string; readonly name: string; readonly schema: Schema}[]
  readonly requestBody?: {readonly content: Readonly<Record<string, {readonly schema: Schema}>>}
  readonly responses: Readonly<
    Record<string, {readonly content?: Readonly<Record<string, {schema: Schema}>>}>
  >
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {readonly schemas: Readonly<Record<string, Schema>>}
}

/** What the descriptions say wrongly or leave out. */
const holes = [
  // The bodies of commands are described as if they had no arguments.
  /^POST \/command body\./,
  // Whisparr's days are written as `2026-01-31` and described as {year, month, day}.
  /releaseDate: is object, not string$/,
  // Links are written as text and described as what they are made of.
  /^GET \/health\[\]\.wikiUrl: is object, not string$/,
]

/** Checks what passes, and answers with an example. */
class DescribedTransport implements ArrReader {
  readonly url = 'http://arr'
  readonly complaints: string[] = []
  readonly asked: string[] = []
  readonly #api: Description
  readonly #prefix: string

  constructor(file: string, prefix: string) {
    const url = new URL(`../../../lab/arrs/openapi/${file}.json`, import.meta.url)
    this.#api = JSON.parse(readFileSync(url, 'utf8')) as Description
    this.#prefix = prefix
  }

  read<T>(request: ArrRequest, shape: z.ZodType<T>): Promise<T> {
    const {answer, name} = this.#check(request)
    return Promise.resolve(this.#through(shape, answer, name))
  }

  stream<T>(
    request: ArrRequest & {readonly member: string | null},
    shape: z.ZodType<T>,
    take: (element: T) => void,
  ): Promise<number> {
    const {answer, name} = this.#check(request)
    const list = request.member === null ? answer : this.#resolved(answer).properties?.[request.member]
    take(this.#through(shape, this.#resolved(list).items, name))
    return Promise.resolve(1)
  }

  send(request: ArrRequest): Promise<boolean> {
    this.#check(request)
    return Promise.resolve(true)
  }

  /** Held to the descriptions by a test of its own: only the API before Sonarr's newest has pictures. */
  image(): Promise<null> {
    return Promise.resolve(null)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #check({method = 'GET', path, query = {}, body}: ArrRequest): {answer: Schema | undefined; name: string} {
    const found = Object.keys(this.#api.paths).find(
      (known) => known === path || new RegExp(`^${known.replace('{id}', '\\d+')}$`).test(path),
    )
    const name = `${method} ${(found ?? path).slice(this.#prefix.length)}`
    this.asked.push(name)
    const operation = found === undefined ? undefined : this.#api.paths[found]?.[method.toLowerCase()]
    if (operation === undefined) {
      this.complaints.push(`${name}: no such call`)
      return {answer: undefined, name}
    }
    for (const [key, value] of Object.entries(query)) this.#checkParameter(operation, key, value, name)
    const asked = Object.values(operation.requestBody?.content ?? {})[0]?.schema
    if (body !== undefined) this.#checkBody(body, asked, `${name} body`)
    const good = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))
    return {answer: good?.[1].content?.['application/json']?.schema, name}
  }

  #checkParameter(operation: Operation, key: string, value: unknown, name: string): void {
    const known = operation.parameters?.find((it) => it.in === 'query' && it.name === key)
    if (known === undefined) return this.#complain(`${name} ?${key}`, 'no such parameter')
    const {type, enum: words} = this.#resolved(known.schema)
    if (words !== undefined) return
    const given = Array.isArray(value) ? 'array' : typeof value === 'number' ? 'integer' : typeof value
    if (type !== given) this.#complain(`${name} ?${key}`, `is ${String(type)}, not ${given}`)
  }

  #checkBody(body: unknown, schema: Schema | undefined, at: string): void {
    const known = schema === undefined ? undefined : this.#resolved(schema).properties
    if (known === undefined) return this.#complain(at, 'no body is described')
    for (const key of Object.keys(body as object)) {
      if (!(key in known)) this.#complain(`${at}.${key}`, 'no such field')
    }
  }

  #through<T>(shape: z.ZodType<T>, answer: Schema | undefined, name: string): T {
    if (answer === undefined) {
      this.complaints.push(`${name}: no answer is described`)
      throw new Error(name)
    }
    this.#compare(z.toJSONSchema(shape, {io: 'input', unrepresentable: 'any'}) as Schema, answer, name)
    const example = this.#example(answer, 0)
    return shape.parse(example)
  }

  #compare(read: Schema, described: Schema, at: string): void {
    const one = read.anyOf?.find(({type}) => type !== 'null') ?? read
    const it = this.#resolved(described)
    // Absent is `null` to us.
    const wanted = [one.type ?? []].flat().find((type) => type !== 'null')
    if (wanted === undefined) return
    const kinds: Readonly<Record<string, readonly string[]>> = {
      number: ['number', 'integer'],
      integer: ['integer'],
    }
    if (!(kinds[wanted] ?? [wanted]).includes(String(it.type))) {
      return this.#complain(at, `is ${String(it.type)}, not ${wanted}`)
    }
    if (one.items && it.items) this.#compare(one.items, it.items, `${at}[]`)
    for (const [key, field] of Object.entries(one.properties ?? {})) {
      const theirs = it.properties?.[key]
      if (theirs === undefined) this.#complain(`${at}.${key}`, 'no such field')
      else this.#compare(field, theirs, `${at}.${key}`)
    }
  }

  #complain(at: string, what: string): void {
    const complaint = `${at}: ${what}`
    if (!holes.some((hole) => hole.test(complaint))) this.complaints.push(complaint)
  }

  #resolved(schema: Schema | undefined): Schema {
    const name = schema?.$ref?.split('/').at(-1)
    return name === undefined ? (schema ?? {}) : this.#api.components.schemas[name]!
  }

  #example(schema: Schema, depth: number): unknown {
    const it = this.#resolved(schema)
    if (it.enum) return it.enum.at(-1)
    if (it.type === 'array') return it.items && depth < 7 ? [this.#example(it.items, depth + 1)] : []
    if (it.type === 'integer' || it.type === 'number') return 7
    if (it.type === 'boolean') return true
    if (it.type === 'string') return 'Webhook'
    const fields = depth < 7 ? Object.entries(it.properties ?? {}) : []
    return Object.fromEntries(fields.map(([key, field]) => [key, this.#example(field, depth + 1)]))
  }
}

const wishes: readonly ArrWish[] = [
  {what: 'refreshDownloads'},
  {what: 'search', ids: [1, 2]},
  {what: 'searchSeason', parentId: 1, seasonNumber: 2},
  {what: 'searchAll', parentId: 1},
  {what: 'scanDownload', path: '/d', downloadId: asDownloadId('ab')!, mode: 'copy'},
  {what: 'rescan', id: 1},
  {what: 'refresh', id: 1},
]

/** Everything a port can do, once. */
async function everything(arr: ArrClient): Promise<unknown[]> {
  const id = asDownloadId('ab')!
  const removal = {
    removeFromClient: false,
    blocklist: true,
    skipRedownload: true,
    changeCategory: false,
    message: 'why',
  }
  const kept: unknown[] = []
  const take = (it: unknown) => void kept.push(it)
  const candidates = await arr.importCandidates(id)
  const calls = [
    () => arr.readStatus(),
    () => arr.queue(),
    () => arr.queueCounters(),
    () => arr.historySince(0),
    () => arr.grabsSince(0, take),
    () => arr.historyOf(id),
    () => arr.historyOfItem(1),
    () => arr.grabbedQuality(id),
    () => arr.library(take),
    () => arr.libraryRows(0, take),
    () => arr.moreRows(1),
    () => arr.scoresOf([1, 2]),
    () => arr.librarySettings(),
    () => arr.item(1),
    () => arr.itemBelow(1),
    () => arr.itemsOf(1),
    () => arr.files(1),
    () => arr.wanted('missing', {monitored: true}, take),
    () => arr.filesOf([1, 2]),
    () => arr.wanted('cutoff', {monitored: true}, take),
    () => arr.qualityProfiles(),
    () => arr.rootFolders(),
    () => arr.remotePathMappings(),
    () => arr.tags(),
    () => arr.createTag('x'),
    () => arr.clients(),
    () => arr.indexers(),
    () => arr.health(),
    () => arr.refusedGrabs(),
    () => arr.downloadHandling(),
    () => arr.mediaManagement(),
    () => arr.changeDownloadHandling({importsCompleted: true}),
    () => arr.changeMediaManagement({hardLinks: true}),
    () => arr.rejectBlocklisted(7, true),
    () => arr.changeDownloadClient(7, {removesCompleted: false}),
    () => arr.commandState(7),
    () => arr.commands(),
    () => arr.removeFromQueue(7, removal),
    () => arr.grabNow(7),
    () => arr.removeManyFromQueue([7], removal),
    () => arr.markFailed(7),
    () => arr.setProfile([1], 2),
    () => arr.blocklist(take),
    () => arr.removeFromBlocklist(7),
    () => arr.setMonitored([1], true),
    () => arr.removeWebhook(''),
    () => arr.instanceMark(async () => ({instance: 'i', run: 'r', at: 1})),
    () => arr.releases({id: 1}),
    () => (arr.media === 'episode' ? arr.releases({seriesId: 1, seasonNumber: 2}) : []),
    () => arr.grab({guid: 'g', indexerId: 1}),
    () => arr.notifications(),
    () => arr.putWebhook({url: 'http://commodarr/', token: new Secret('t')}),
    () => arr.webhookState({url: 'http://commodarr/', token: new Secret('t')}),
    () => arr.command({what: 'import', files: candidates, mode: 'copy'}),
    ...wishes.map((wish) => () => arr.command(wish)),
  ]
  for (const call of calls) {
    try {
      kept.push(await call())
    } catch (error) {
      if (!(error instanceof NotSupported)) throw error
    }
  }
  return kept
}

const apps: readonly (readonly [file: string, dialect: Dialect])[] = [
  ['radarr', radarr],
  ['sonarr', sonarr],
  ['sonarr-v5', sonarrV5],
  ['lidarr', lidarr],
  ['readarr', readarr],
  ['whisparr', whisparrV2],
  ['whisparr-v3', whisparrV3],
]

const status: ArrStatus = {
  kind: 'radarr',
  app: 'Radarr',
  name: '',
  version: '5',
  apiVersion: 'v3',
  inContainer: false,
  startedAt: null,
}

for (const [file, dialect] of apps) {
  test(`what is read from and sent to ${file} stands in its description`, async () => {
    const http = new DescribedTransport(file, dialect.prefix)
    const kept = await everything(new ArrClient(http, dialect, status))
    expect(http.complaints).toEqual([])
    expect(http.asked.length).toBeGreaterThan(40)
    expect(JSON.stringify(kept)).not.toContain('undefined')
  })

  test(`every word of ${file} is one of ours`, () => {
    const url = new URL(`../../../lab/arrs/openapi/${file}.json`, import.meta.url)
    const {schemas} = (JSON.parse(readFileSync(url, 'utf8')) as Description).components
    const words = (name: string) => schemas[name]?.enum ?? []
    expect(words('TrackedDownloadState').filter((it) => !(it in stateWords))).toEqual([])
    expect(words('QueueStatus').filter((it) => !(queueStatuses as readonly string[]).includes(it))).toEqual(
      [],
    )
    const events = ['MovieHistoryEventType', 'EpisodeHistoryEventType', 'EntityHistoryEventType'].flatMap(
      words,
    )
    const row = (eventType: string) =>
      dialect.historyRow.parse({id: 1, date: '2026-01-01T00:00:00Z', eventType})
    expect(events.filter((it) => it !== 'unknown' && row(it).event === 'unknown')).toEqual([])
    expect(events.length).toBeGreaterThan(6)
    expect(row('somethingNew').event).toBe('unknown')
  })

  test(`rows of ${file} with new words, nulls and nothing at all are read`, () => {
    const bare = dialect.queueRow.parse({id: 1})
    expect(bare).toMatchObject({state: 'unknown', status: 'unknown', media: [], downloadId: null})
    const odd = {
      id: 1,
      trackedDownloadState: 'teleported',
      status: null,
      statusMessages: 'x',
      size: '12',
      downloadId: 'abc',
      movieId: 0,
      quality: 5,
      episodeIds: null,
    }
    expect(dialect.queueRow.parse(odd)).toMatchObject({state: 'unknown', downloadId: 'ABC', media: []})
    expect(() => dialect.queueRow.parse({title: 'no id'})).toThrow()
    expect(dialect.importCandidate.parse({path: '/a'})).toMatchObject({path: '/a', media: [], rejections: []})
    expect(trackedStates).toContain(bare.state)
    expect(historyEvents).toContain(dialect.historyRow.parse({id: 1}).event)
  })
}

test('posters are asked for where the descriptions of the apps have them', () => {
  const described = (file: string) => {
    const url = new URL(`../../../lab/arrs/openapi/${file}.json`, import.meta.url)
    const paths = Object.keys((JSON.parse(readFileSync(url, 'utf8')) as Description).paths)
    const found = paths.filter((path) => path.includes('/mediacover/'))
    return found.map(
      (path) =>
        new RegExp(`^${path.replaceAll(/\{\w+Id\}/g, '17').replace('{filename}', '(.+)\\.(jpg|png|gif)')}$`),
    )
  }
  const kinds = {
    radarr: ['movie'],
    sonarr: ['series'],
    whisparr: ['series'],
    'whisparr-v3': ['movie'],
    lidarr: ['artist', 'album'],
    readarr: ['author', 'book'],
  } as const
  for (const [file, its] of Object.entries(kinds))
    for (const kind of its)
      for (const path of posterPaths({kind, id: 17}))
        expect(
          described(file).some((known) => known.test(path)),
          `${file} ${path}`,
        ).toBe(true)
})
