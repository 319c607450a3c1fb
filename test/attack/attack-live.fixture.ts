/** Live messages: every kind that a page may send, about each place, and what is told back. */
import {WebSocket} from 'ws'
import type {LiveRequest, LiveTopic} from '#model/live.ts'
import {
  OWN_ADDRESS,
  places,
  type AttackWorld,
  type Headers,
  type Place,
  type Realm,
} from './attack-world.fixture.ts'
import type {Asker, Maker} from './attack-requests.fixture.ts'

/** One message, and all that was told until it was answered. */
export interface Said {
  /** The line that it counts in: `openLive: open`. */
  readonly as: string
  readonly on: Realm
  readonly sent: object
  readonly reported: string
  /** What is in it although no word says so: default, nothing. */
  readonly seen?: readonly Realm[]
}

type Kind = LiveRequest['type']
type Hear = (asker: Asker, said: Said) => void

interface About {
  readonly place: Place
  readonly view: number
  readonly serverId: string
  /** One that this server alone has, and one that Nick's server claims to have, too. */
  readonly hashes: readonly string[]
}

const columns = ['name', 'category', 'tags', 'tracker', 'save_path', 'content_path', 'comment', 'copies']
const everything = {
  q: '',
  sort: ['name'],
  group: 'server',
  columns,
  facets: ['category', 'tag', 'tracker', 'server'],
}
const keysOf = ({serverId, hashes}: About) => hashes.map((hash) => ({server_id: serverId, info_hash: hash}))

/**
 * Of each kind what is asked about a place: with numbers of their own, one after the other. A new kind of message has no
 * line here, which the types tell.
 */
const messages: Readonly<Record<Exclude<Kind, 'watch'>, (about: About) => readonly object[]>> = {
  open: (about) => [
    // What is asked for by name, and what is in sight of itself.
    {wish: {...everything, keys: keysOf(about)}, ranges: [[0, 5]]},
    {wish: everything, ranges: [[0, 5]]},
    {wish: {...everything, servers: [about.serverId]}, ranges: [[0, 5]]},
  ],
  window: () => [{ranges: [[3, 9]]}],
  follow: (about) => keysOf(about).map((key) => ({keys: [key]})),
  keys: () => [{from: 0, to: 5}],
  hold: () => [{on: true}],
  update: () => [{}],
  close: () => [{}],
  ping: () => [{}],
}
const kinds = Object.keys(messages) as (keyof typeof messages)[]
const numbered = new Set<Kind>(['open', 'window', 'follow', 'keys'])

/** A page of somebody. */
class Page {
  readonly #socket: WebSocket
  readonly #reported: string[] = []
  #wake: () => void = () => {}
  #re = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => {
      this.#reported.push(data.toString())
      this.#wake()
    })
    socket.on('close', () => this.#wake())
  }

  /** @returns what was told to whoever is not let in */
  static open(front: string, {headers, address}: Pick<Asker, 'headers' | 'address'>): Promise<Page | string> {
    const url = `${front.replace(/^http/, 'ws')}/api/live`
    const socket = new WebSocket(url, {headers, localAddress: address})
    const page = new Page(socket)
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(page))
      socket.once('error', reject)
      socket.once('unexpected-response', (_request, answer) => {
        answer.setEncoding('utf8')
        let body = ''
        answer.on('data', (piece: string) => (body += piece))
        answer.once('end', () => resolve(`${answer.statusCode} ${body}`))
      })
    })
  }

  /** @returns all that was told until it was answered: by its number, else by a ping behind it */
  async say(message: {
    readonly type: Kind
    readonly topics?: readonly LiveTopic[]
  }): Promise<{sent: object; reported: string}> {
    const from = this.#reported.length
    const re = ++this.#re
    const sent = numbered.has(message.type) ? {...message, re} : message
    this.#socket.send(JSON.stringify(sent))
    if (!numbered.has(message.type)) this.#socket.send('{"type":"ping"}')
    const isAnswer = (it: string) =>
      numbered.has(message.type) ? it.includes(`"re":${re}`) : it.includes('"pong"')
    await this.#until(() => this.#reported.slice(from).some(isAnswer))
    return {sent, reported: this.#reported.slice(from).join('\n')}
  }

  /** All that it was told. */
  get reported(): string {
    return this.#reported.join('\n')
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.#socket.once('close', () => done())
      this.#socket.close()
    })
  }

  async #until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      if (this.#socket.readyState !== WebSocket.OPEN) throw new Error(`closed; told: ${this.reported}`)
      const news = Promise.withResolvers<void>()
      this.#wake = news.resolve
      await news.promise
    }
  }
}

/** What is told at once to who listens to this. */
export async function heardOf(front: string, headers: Headers, topic: LiveTopic): Promise<string> {
  const page = await Page.open(front, {headers, address: OWN_ADDRESS})
  if (typeof page === 'string') throw new Error(`${topic} is not told: ${page}`)
  await page.say({type: 'watch', topics: [topic]})
  await page.say({type: 'ping'})
  const {reported} = page
  await page.close()
  return reported
}

/** With the subject that a person is asked about. */
const decision = /"decision":\{[^{}]*\}/g

/** Everybody says everything; what is told goes to `hear`. */
export async function attackLive(
  world: AttackWorld,
  maker: Maker,
  front: string,
  askers: readonly Asker[],
  hear: Hear,
): Promise<void> {
  for (const asker of askers) {
    const page = await Page.open(front, asker)
    if (typeof page === 'string') {
      hear(asker, {as: 'openLive: open', on: 'p', sent: {}, reported: page})
      continue
    }
    for (const [view, place] of places.entries()) {
      const isPretended = place === 'a' || place === 'm'
      const hashes = [maker.torrent(place), ...(isPretended ? [maker.pretended(place)] : [])]
      const about: About = {place, view, serverId: world.servers[place], hashes}
      for (const type of kinds) {
        for (const more of messages[type](about)) {
          const message = {type, ...(type !== 'ping' && {view}), ...more}
          hear(asker, {as: `openLive: ${type}`, on: place, ...(await page.say(message))})
        }
      }
    }
    await page.close()
  }
}

/**
 * Everybody listens to one thing while it happens.
 * @param happens gives texts by which it is known whose it was
 */
export async function attackTopic(
  topic: LiveTopic,
  front: string,
  askers: readonly Asker[],
  happens: () => Promise<ReadonlyMap<Realm, string>>,
  hear: Hear,
): Promise<void> {
  const as = `openLive: watch ${topic}`
  const sent = {type: 'watch', topics: [topic]} as const
  const pages: {asker: Asker; page: Page}[] = []
  for (const asker of askers) {
    const page = await Page.open(front, asker)
    if (typeof page === 'string') {
      hear(asker, {as, on: 'p', sent: {}, reported: page})
      continue
    }
    await page.say(sent)
    pages.push({asker, page})
  }
  const known = await happens()
  for (const {asker, page} of pages) {
    // It was told before what is told now.
    await page.say({type: 'ping'})
    const {reported} = page
    const seen = [...known].flatMap(([realm, text]) => (reported.includes(text) ? [realm] : []))
    // A decision that is the last of its rule is named there: whose it may be is as in the list of those that wait.
    const decisions = [...reported.matchAll(decision)].map(([text]) => text)
    hear(asker, {as, on: 'p', sent, reported: reported.replaceAll(decision, ''), seen})
    hear(asker, {as: 'listApprovals', on: 'p', sent, reported: decisions.join('\n')})
    await page.close()
  }
}
