/**
 * Torrents of one kind leave real daemons of the oldest and the newest version by every route, while their files are also
 * those of another torrent, beside them or on another daemon: that one keeps every byte, and who was about to remove was
 * told of it. Servers and program are shared by the rows of a kind; each mapping is a start of the program.
 *
 *   newest, oldest: <kind>  ── downloads ◀── as they are, by other names, or by links ── the other torrent
 *        ▲                                                                                (there, or "Next-door")
 *        └── program: page, API, rule, Arr
 */
import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import bencode from 'bencode'
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest'
import {clientKinds} from '#clients/kinds/kinds.ts'
import type {TorrentClient} from '#clients/port.ts'
import type {LabDaemon} from '#lab/daemons/daemon.ts'
import {hostSuite, readySuites} from '#lab/daemons/suites.ts'
import type {SeenTorrent} from '#lab/observers/observer.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import type {PathMapping} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import type {WireTorrent} from '../program/program.fixture.ts'
import {categoryOf} from './real-config.fixture.ts'
import {
  bounds,
  eventually,
  isPassing,
  RealHarness,
  reportFailures,
  type Entry,
} from './real-harness.fixture.ts'
import type {ServerWish, Wish} from './real-wishes.fixture.ts'
import {axes, isPartial, isShared, type Mapping, type Row} from './removal-rows.ts'

vi.setConfig({testTimeout: 900_000, hookTimeout: 900_000})

const host = hostSuite() ?? 'bookworm'
const newest = readySuites().at(-1) ?? host
const neighbor = 'qBit-next-door'
const films = 'Radarr-Films'
/** A Transmission that is not asked for half a minute looks restarted, as its time is its own. */
const FACTOR = 5
const PIECE = 16_384
/** Zeros take no room, and whoever looks at so many of them takes a while. */
const ZEROS = {pieces: 512, pieceSize: 8 * 1024 * 1024} as const

/** Registers the tests of these rows; all of them have their servers and their Arr in common. */
export function removals(some: readonly Row[]): void {
  let removing: Removals
  beforeAll(async () => {
    removing = await Removals.build(some)
  })
  afterAll(() => removing?.harness.stop())
  reportFailures(() => removing.harness)

  const numbered = some.map((row, at) => ({row, at}))
  describe.each(axes.mapping.filter((it) => some.some(({mapping}) => mapping === it)))('%s', (mapping) => {
    beforeAll(() => removing.begin(mapping))
    afterAll(() => removing.harness.endProgram())

    const here = numbered.filter(({row}) => row.mapping === mapping)
    test.each(here.map((it) => [nameOf(it.row), it] as const))('%s', async (_, {row, at}) => {
      const {reported, ended} = await removing.live(at)
      if (isShared(row))
        expect(reported, `what the preview said of the other, before: ${ended}`).not.toBeNull()
      expect(removing.spoiled(at), `of the other, after: ${ended}`).toEqual([])
      if (isFree(row)) expect(removing.isThere(at), ended).toBe(false)
      if (row.route === 'moved to another server' && /remove\w* done/.test(ended))
        expect(removing.spoiledThere(at), `of itself there, after: ${ended}`).toEqual([])
    })

    test('every other torrent is whole when its server looks at it once more', async () => {
      expect(await removing.recheck(mapping)).toEqual([])
    })
  })
}

function nameOf({kind, version, route, state, placement, layout}: Row): string {
  return [kind, version, route, state, placement, layout].join(', ')
}

/** Nothing speaks against it: its files go from where they are. We delete for rTorrent, and set aside, what we see. */
function isFree({kind, version, state, route, placement, mapping}: Row): boolean {
  if (placement !== 'alone' || (state !== 'seeds' && state !== 'stopped')) return false
  const isSeen = mapping === 'both mapped' || mapping === 'own mapped'
  switch (route) {
    case 'as a failed download':
      return false
    case 'moved to another server':
      return mapping === 'both mapped'
    // A rule moves nothing before it knows of room at the other place.
    case 'moved elsewhere by a rule':
      return isSeen || (kind === 'qbittorrent' && version === 'newest')
    default:
      return isSeen || (kind !== 'rtorrent' && /past|moved/.test(route))
  }
}

/** What of a row is made before the program starts. */
interface Case {
  readonly row: Row
  readonly server: string
  readonly made: MadeTorrent
  readonly other: {readonly server: string; readonly made: MadeTorrent} | null
}

interface Preview {
  readonly count: number
  readonly sharing: {readonly others: readonly {readonly info_hash: string}[]}
  readonly servers: readonly {readonly kept: {readonly message: string} | null}[]
}

interface Lived {
  /** How the preview names the other torrent; `null` = not at all. */
  readonly reported: string | null
  /** What became of the order, in words. */
  readonly ended: string
}

class Removals {
  readonly harness: RealHarness
  readonly #own: readonly string[]
  readonly #cases = new Map<number, Case>()
  readonly #clients = new Map<string, TorrentClient>()
  readonly #zeros = new Set<string>()

  static async build(some: readonly Row[]): Promise<Removals> {
    const cases = new Map<number, Case>()
    const own = new Map(some.map((row) => [serverOf(row), wishOf(row)]))
    const harness = await RealHarness.build({
      servers: [...own.values(), {id: neighbor, kind: 'qbittorrent', suite: host}],
      arrs: [{id: films, app: 'radarr', searchesItself: false, config: arrConfig}],
      factor: FACTOR,
      wishes: async (tracker) => {
        for (const [at, row] of some.entries()) cases.set(at, caseOf(row, at, tracker))
        return [...cases.values()].filter(({row}) => row.route === 'as a failed download').map(wishFor)
      },
    })
    const removing = new Removals(harness, cases, [...own.keys()])
    for (const [id, daemon] of harness.servers) {
      // An empty folder may be where a disk is not mounted: nothing is brought there.
      writeFileSync(join(daemon.downloadDir, 'something'), '')
      await removing.#connect(id)
    }
    return removing
  }

  private constructor(harness: RealHarness, cases: ReadonlyMap<number, Case>, own: readonly string[]) {
    this.harness = harness
    this.#own = own
    for (const [at, it] of cases) this.#cases.set(at, it)
  }

  /** All of a mapping that is there before anybody acts, and the program that sees so much of it. */
  async begin(mapping: Mapping): Promise<void> {
    const here = this.#of(mapping)
    for (const it of here) this.#lay(it)
    for (const {row, server, made} of here) {
      const isLater = ['has no metadata', 'was just added'].includes(row.state)
      const savePath = row.state === 'is being moved' ? {savePath: this.#apart(server, made)} : {}
      if (!isLater && row.route !== 'as a failed download')
        await this.#add(server, made, {...savePath, start: row.state !== 'never announced'})
    }
    for (const it of here) {
      if (it.other === null) continue
      const folder = this.#folderOfOther(it)
      // Another daemon is one of this machine, and calls folders as we do.
      const savePath = it.other.server === neighbor ? folder : this.#theirs(it.server, folder)
      await this.#add(it.other.server, it.other.made, {savePath, start: true})
    }
    for (const {other} of here) if (other) await this.#isWhole(other)
    this.harness.configure(this.#mappings(mapping))
    await this.harness.begin()
    await this.#meanIt()
    expect(await this.harness.api.servers()).toHaveLength(this.harness.servers.size)
  }

  /** Mappings of the configuration before are not in this one: rules would wait for somebody who says that this is meant. */
  async #meanIt(): Promise<void> {
    const {api} = this.harness
    const {lost} = await api.get<{lost: {settings: string[]} | null}>('/api/configuration')
    if (lost === null) return
    const {status} = await api.send('POST', '/api/configuration/confirm', {settings: lost.settings})
    expect(status).toBe(204)
  }

  async live(at: number): Promise<Lived> {
    const it = this.#cases.get(at)!
    const {row} = it
    await this.harness.api.online()
    if (row.route === 'as a failed download') this.harness.search(wishFor(it))
    // What is too young for any rule by then stays so.
    if (isByRule(row)) await this.harness.anHourPasses()
    await this.#comesInto(it)
    await this.#shown(it)
    const reported = await this.#preview(it)
    const ended = await this.#leaves(it)
    await this.#endMove(it)
    return {reported, ended}
  }

  /** Files of the other torrent that are not as they were. */
  spoiled(at: number): readonly string[] {
    const it = this.#cases.get(at)!
    return it.other === null ? [] : notWhole(it.other.made, this.#folderOfOther(it))
  }

  /** Files that a rule brought to the other server and that are not as they were. */
  spoiledThere(at: number): readonly string[] {
    const {made} = this.#cases.get(at)!
    return notWhole(made, this.#daemon(neighbor).ours(this.#arrived(made)))
  }

  /** Its largest file lies where it lay. */
  isThere(at: number): boolean {
    const it = this.#cases.get(at)!
    return existsSync(join(this.#home(it), it.made.files[0]!.path))
  }

  /** @returns what is not whole any more */
  async recheck(mapping: Mapping): Promise<readonly string[]> {
    const others = this.#of(mapping).flatMap(({other}) => other ?? [])
    const lost: string[] = []
    for (const {server, made} of others)
      await this.#clients.get(server)!.control.recheck([made.hash], {}, bounds)
    for (const {server, made} of others) {
      const observer = this.harness.observers.get(server)!
      const look = () => observer.torrent(made.hash)
      // Of what waits for its check a Deluge says that it is queued and has no byte.
      const isKnown = (it: Awaited<ReturnType<typeof look>>) =>
        it === null || (!it.checking && it.progress === 1)
      const seen = await eventually(look, isKnown).catch(look)
      if (seen?.progress !== 1) lost.push(`${made.name} on ${server}: ${JSON.stringify(seen)}`)
    }
    return lost
  }

  /* ───────────────────────────── before ───────────────────────────── */

  #of(mapping: Mapping): readonly Case[] {
    return [...this.#cases.values()].filter(({row}) => row.mapping === mapping)
  }

  #daemon(server: string): LabDaemon {
    return this.harness.servers.get(server)!
  }

  /** Where it lies before anybody acts, as we see it: an Arr gives its category a folder of its own on a Transmission. */
  #home({row, server}: Case): string {
    const {downloadDir} = this.#daemon(server)
    const isOfArr = row.route === 'as a failed download' && row.kind === 'transmission'
    return isOfArr ? join(downloadDir, categoryOf(films)) : downloadDir
  }

  /** As we see it. */
  #folderOfOther(it: Case): string {
    const {row, server, made} = it
    const base = row.layout === 'one folder' ? this.#home(it) : linkedFolder(this.#daemon(server), made)
    return row.placement.startsWith('file') ? join(base, made.name) : base
  }

  /** Where it lies that is about to be moved among the downloads, as its server writes it. */
  #apart(server: string, {hash}: MadeTorrent): string {
    return `${dirname(this.#daemon(server).serverDownloadDir)}/apart/${hash}`
  }

  /** Where a rule brings it to, as the other server writes it. */
  #arrived({hash}: MadeTorrent): string {
    return `${this.#daemon(neighbor).serverDownloadDir}/arrived/${hash}`
  }

  #theirs(server: string, ours: string): string {
    const {downloadDir, serverDownloadDir} = this.#daemon(server)
    return ours.slice(downloadDir.length - serverDownloadDir.length)
  }

  #mappings(mapping: Mapping): ReadonlyMap<string, readonly PathMapping[]> {
    const seesOwn = mapping === 'both mapped' || mapping === 'own mapped'
    const seesOther = mapping === 'both mapped' || mapping === 'neighbour mapped'
    const own = this.#own.map((id) => this.#daemon(id))
    const theirs = own.map(({folder}) => ({server: folder, ours: folder}))
    return new Map([
      ...own.map(({definition: {id, paths}}) => [id, seesOwn ? paths : []] as const),
      [neighbor, seesOther ? [...theirs, ...this.#daemon(neighbor).definition.paths] : []],
    ])
  }

  /** Its files, and those of the other torrent: links are to where they lie whoever looks at them. */
  #lay(it: Case): void {
    const {row, server, made, other} = it
    const home = this.#home(it)
    mkdirSync(home, {recursive: true})
    made.writePayload(home)
    // What lies at the other place already is not moved.
    if (isPartial(row) || row.state === 'is being moved') rmSync(join(home, ownFile(made)))
    if (row.state === 'is being moved') {
      const apart = this.#daemon(server).ours(this.#apart(server, made))
      mkdirSync(apart, {recursive: true})
      made.writePayload(apart)
    }
    if (other === null || row.layout === 'one folder') return
    const folder = linkedFolder(this.#daemon(server), made)
    mkdirSync(dirname(folder), {recursive: true})
    if (row.layout === 'folder link') return symlinkSync(relative(dirname(folder), home), folder)
    for (const {path} of made.files.filter((file) => existsSync(join(home, file.path)))) {
      const [from, to] = [join(home, path), join(folder, path)]
      mkdirSync(dirname(to), {recursive: true})
      if (row.layout === 'hard links') linkSync(from, to)
      else symlinkSync(relative(dirname(to), from), to)
    }
  }

  async #add(server: string, made: MadeTorrent, how: {savePath?: string; start: boolean}): Promise<void> {
    const source = {torrent: made.torrent, fileName: `${made.hash}.torrent`}
    await this.#clients.get(server)!.server.addTorrent({source, ...how}, bounds)
  }

  async #isWhole({server, made}: NonNullable<Case['other']>): Promise<void> {
    await this.#eventually(server, made, (seen) => seen?.progress === 1 && !seen.checking)
  }

  #eventually(server: string, {hash}: MadeTorrent, wanted: (seen: Seen) => boolean) {
    return eventually<Seen>(() => this.harness.observers.get(server)!.torrent(hash), wanted)
  }

  /* ───────────────────────────── its state ───────────────────────────── */

  async #comesInto(it: Case): Promise<void> {
    const {row, server, made} = it
    const client = this.#clients.get(server)!
    const isNew = row.state === 'has no metadata' || row.state === 'was just added'
    if (!isNew) await this.#eventually(server, made, (seen) => seen !== null && !seen.checking)
    switch (row.state) {
      case 'seeds':
        await this.#eventually(server, made, (seen) => seen!.progress === 1 && seen!.running)
        return
      case 'stopped':
        // What an Arr adds under a label is stopped until it has it, and started then.
        await this.#eventually(server, made, (seen) => seen!.running)
        await client.control.stop([made.hash], {}, bounds)
        await this.#eventually(server, made, (seen) => !seen!.running)
        return
      case 'is stalled':
        await this.#eventually(server, made, (seen) => seen!.progress < 1 && seen!.running)
        return
      case 'waits to be checked':
        await this.#keepBusy(server)
        await client.control.recheck([made.hash], {}, bounds)
        return
      case 'lacks a file':
        await this.#daemon(server).stop()
        rmSync(join(this.#home(it), ownFile(made)))
        return this.#restart(server)
      case 'was just restarted':
        return this.#restart(server)
      case 'has no metadata':
        await client.server.addTorrent({source: {magnet: made.magnet}, start: true}, bounds)
        return
      case 'was just added':
        if (row.route !== 'as a failed download') await this.#add(server, made, {start: true})
        return
      case 'is being moved':
        return this.#beginMove(server, made)
      case 'never announced':
        return
    }
  }

  /** It forgets whom it let in. */
  async #restart(server: string): Promise<void> {
    await this.#daemon(server).restart()
    await this.#connect(server)
  }

  async #connect(server: string): Promise<void> {
    const client = this.harness.clientOf(this.#daemon(server))
    await client.connect(bounds)
    this.#clients.set(server, client)
  }

  /** To where the other one has its files; at a pipe it waits for us. */
  async #beginMove(server: string, made: MadeTorrent): Promise<void> {
    await this.#eventually(server, made, (seen) => seen!.progress === 1)
    const pipe = this.#pipe(server, made)
    rmSync(pipe)
    execFileSync('mkfifo', [pipe])
    const path = this.#daemon(server).serverDownloadDir
    await this.#clients.get(server)!.control.setLocation([made.hash], {path, moveData: true}, bounds)
  }

  /** Resolves when it moves no more. */
  async #endMove({row, server, made}: Case): Promise<void> {
    if (row.state !== 'is being moved') return
    const pipe = this.#pipe(server, made)
    await this.#eventually(server, made, (seen) => {
      endPipe(pipe)
      return seen?.moving !== true
    })
  }

  #pipe(server: string, made: MadeTorrent): string {
    return join(this.#daemon(server).ours(this.#apart(server, made)), ownFile(made))
  }

  /** It looks at many zeros, and whatever else is to be checked waits. */
  async #keepBusy(server: string): Promise<void> {
    const {downloadDir} = this.#daemon(server)
    const {torrent, hash, name} = zeros(this.harness.tracker.announceUrl)
    const client = this.#clients.get(server)!
    if (this.#zeros.has(server)) await client.control.recheck([hash], {}, bounds)
    else {
      const path = join(downloadDir, name)
      writeFileSync(path, '')
      truncateSync(path, ZEROS.pieces * ZEROS.pieceSize)
      await client.server.addTorrent({source: {torrent, fileName: `${hash}.torrent`}, start: true}, bounds)
      this.#zeros.add(server)
    }
    const look = async () => {
      const seen = await this.harness.observers.get(server)!.torrent(hash)
      // It was over before anybody looked.
      if (seen?.checking === false && seen.progress === 1) await client.control.recheck([hash], {}, bounds)
      return seen
    }
    await eventually(look, (seen) => seen?.checking === true)
  }

  /** The program knows of it, and says of a check that it is under way. */
  async #shown({row, server, made}: Case): Promise<void> {
    const states: Partial<Record<Row['state'], readonly string[]>> = {
      'waits to be checked': ['checking'],
      stopped: ['stopped'],
      'has no metadata': ['metadata'],
      'is being moved': ['moving'],
    }
    const wanted = states[row.state]
    const client = this.#clients.get(server)!
    const look = async () => {
      const seen = await this.#inList(server, made.hash)
      if (row.state === 'waits to be checked' && seen?.['state'] !== 'checking') {
        // It was over before anybody looked.
        const now = await this.harness.observers.get(server)!.torrent(made.hash)
        if (now?.checking === false) {
          await this.#keepBusy(server)
          await client.control.recheck([made.hash], {}, bounds)
        }
      }
      return seen
    }
    await eventually(look, (seen) => seen !== null && (wanted?.includes(seen['state'] as string) ?? true))
  }

  async #inList(server: string, hash: string): Promise<WireTorrent | null> {
    const {torrents} = await this.harness.api.list()
    return torrents.find((one) => one.server_id === server && one.info_hash === hash) ?? null
  }

  /* ───────────────────────────── its end ───────────────────────────── */

  async #preview({server, made, other}: Case): Promise<string | null> {
    const {body} = await this.harness.api.send('POST', '/api/torrents/removal-preview', {
      keys: [{server_id: server, info_hash: made.hash}],
    })
    const {sharing, servers} = body as Preview
    if (other !== null && sharing.others.some((it) => it.info_hash === other.made.hash)) return 'as an owner'
    return servers.map(({kept}) => kept?.message).find((it) => it !== undefined) ?? null
  }

  #leaves(it: Case): Promise<string> {
    switch (it.row.route) {
      case 'into the trash':
        return this.#intoTrash(it)
      case 'out of the trash':
        return this.#outOfTrash(it)
      case 'past the trash':
        return this.#pastTrash(it)
      case 'past the trash, held':
        return this.#held(it)
      case 'by a rule':
        return this.#byRule(it, {action: 'removeWithData'})
      case 'as a failed download':
        return this.#byRule(it, {action: 'failDownload'})
      case 'moved elsewhere':
        return this.#moved(it)
      case 'moved elsewhere by a rule':
        return this.#byRule(it, {action: 'move', path: this.#elsewhere(it)})
      case 'moved to another server':
        return this.#byRule(it, {action: 'move', server: neighbor, path: this.#arrived(it.made)})
    }
  }

  /** @returns what was said of it in the end; a server that is still coming back is asked again */
  async #act(verb: string, {server, made}: Case, args?: object): Promise<string> {
    const key = {server_id: server, info_hash: made.hash}
    const [said] = await eventually(
      () => this.harness.api.act(verb, [key], args),
      ([result]) => !isPassing(result?.code),
    )
    return [said!.outcome, said!.code, said!.message].join(' ')
  }

  async #intoTrash(it: Case): Promise<string> {
    const said = await this.#act('removeWithData', it)
    if (said.startsWith('done')) await this.#isAside(it)
    return said
  }

  async #outOfTrash(it: Case): Promise<string> {
    const said = await this.#intoTrash(it)
    const item = await this.#inTrash(it)
    if (!item) return said
    const purged = await eventually(
      () => this.harness.api.send('DELETE', `/api/trash/${item.id}`),
      ({status}) => status < 400,
    )
    await eventually(
      () => this.#inTrash(it),
      (now) => now === undefined || now.state === 'purged',
    )
    return `${said}, purged ${purged.status}`
  }

  async #pastTrash(it: Case): Promise<string> {
    const {server, made} = it
    const at = `/api/torrents/${made.hash}?server_id=${server}&delete_data=true&free_at_once=true`
    const {status, body} = await eventually(
      () => this.harness.api.send('DELETE', at),
      (answer) => !isPassing((answer.body as {code?: string} | null)?.code),
    )
    if (status === 200) await this.#isErased(it)
    return `${status} ${JSON.stringify(body)}`
  }

  async #held(it: Case): Promise<string> {
    const {server, made} = it
    const wish = {
      verb: 'removeWithData',
      args: {free_at_once: true},
      hold_seconds: 1,
      keys: [{server_id: server, info_hash: made.hash}],
    }
    const tryOnce = async () => {
      const {status, body} = await this.harness.api.send('POST', '/api/torrents/actions', wish)
      if (status !== 202) return {results: (body as {results?: Problem[]}).results ?? [], status}
      const {action_id: id} = body as {action_id: string}
      const {counts, problems} = await eventually(
        () => this.harness.api.get<HeldAction>(`/api/actions/${id}`),
        ({state}) => state !== 'held' && state !== 'running',
      )
      return {results: problems, status, counts}
    }
    const end = await eventually(tryOnce, ({results}) => !results.some(({code}) => isPassing(code)))
    if (end.status === 202 && end.results.length === 0) await this.#isErased(it)
    return JSON.stringify(end)
  }

  async #moved(it: Case): Promise<string> {
    const said = await this.#act('setLocation', it, {path: this.#elsewhere(it), move_data: true})
    if (said.startsWith('done')) await this.#isMoved(it)
    return said
  }

  async #byRule(it: Case, action: {action: string; server?: string; path?: string}): Promise<string> {
    const {server, made} = it
    const rule = {
      name: made.name,
      mode: 'live',
      scope: {servers: [server]},
      when: {fact: 'infoHash', op: 'eq', value: made.hash},
      do: [action],
      guards: {obligationOverride: 'it is nobody but ours'},
      id: 'own',
    }
    const {status, body} = await this.harness.api.send('POST', '/api/rules', {rule, confirm: true})
    if (status !== 201) throw new Error(`The rule was refused: ${JSON.stringify(body)}`)
    const {id} = (body as {rule: {id: string}}).rule
    const lines = async () => {
      const entries = await this.harness.journal(`&info_hash=${made.hash}&server_id=${server}`)
      return entries.filter((entry) => entry.rule_id === id)
    }
    // Where nothing speaks against it, whatever it waits for passes: a look of a busy program that comes late.
    const isOver = (entry: Entry) => isEnd(entry) && !(isFree(it.row) && entry.phase === 'blocked')
    const entries = await eventually(lines, (all) => all.some(isOver))
    await this.harness.api.send('DELETE', `/api/rules/${id}`)
    const went = entries.filter((entry) => isEnd(entry) && entry.outcome === 'done')
    if (went.some(({verb}) => verb === 'setLocation')) await this.#isMoved(it)
    else if (went.length > 0 && isFree(it.row)) await this.#isErased(it)
    else if (went.length > 0) await this.#eventually(server, made, (seen) => seen === null)
    return entries
      .map(({verb, outcome, code, message}) => [verb, outcome, code, message].filter(Boolean).join(' '))
      .join('; ')
  }

  #elsewhere({server, made}: Case): string {
    return `${dirname(this.#daemon(server).serverDownloadDir)}/elsewhere/${made.hash}`
  }

  async #isMoved(it: Case): Promise<void> {
    await this.#endMove(it)
    const film = join(this.#daemon(it.server).ours(this.#elsewhere(it)), it.made.files[0]!.path)
    await eventually(() => existsSync(film), Boolean)
  }

  /** Its server does so after it has forgotten the torrent. */
  async #isErased(it: Case): Promise<void> {
    const {row, server, made} = it
    await this.#eventually(server, made, (seen) => seen === null)
    if (isPartial(row) || ['lacks a file', 'has no metadata', 'is being moved'].includes(row.state)) return
    const own = join(this.#home(it), ownFile(made))
    await eventually(() => !existsSync(own), Boolean)
  }

  async #inTrash({server, made}: Case): Promise<TrashItem | undefined> {
    const {items} = await this.harness.api.get<{items: readonly TrashItem[]}>('/api/trash')
    return items.find((it) => it.server_id === server && it.info_hash === made.hash)
  }

  async #isAside(it: Case): Promise<void> {
    await this.#eventually(it.server, it.made, (seen) => seen === null)
    await eventually(
      () => this.#inTrash(it),
      (item) => item?.under_way !== true,
    )
  }
}

type Seen = SeenTorrent | null

interface TrashItem {
  readonly id: string
  readonly server_id: string
  readonly info_hash: string
  readonly state: string
  readonly under_way: boolean
}

interface Problem {
  readonly code?: string
}

interface HeldAction {
  readonly state: string
  readonly counts: Readonly<Record<string, number>>
  readonly problems: readonly Problem[]
}

const arrConfig = `
RssSyncTimer = 0
[Torrent]
StalledDelay = -1
DoNotRemoveSlow = true
[Torrent.SeedingMode]
RemoveTorrent = -1
`

/** Of a failed download, and of what is copied to another server, it is that it is removed. */
function isEnd({verb, outcome, code}: Pick<Entry, 'verb' | 'outcome' | 'code'>): boolean {
  if (verb === 'failDownload') return ['held', 'failed', 'expired'].includes(outcome)
  if (verb === 'copyTo') return ['failed', 'expired'].includes(outcome)
  // A private torrent is announced first.
  if (code === 'copying' || verb === 'reannounce') return false
  return ['done', 'held', 'failed', 'unconfirmed', 'expired'].includes(outcome)
}

function isByRule({route}: Row): boolean {
  return /rule|failed/.test(route)
}

/** Files of a torrent in this folder that are not as they were made. */
function notWhole({files}: MadeTorrent, folder: string): readonly string[] {
  return files
    .map((file) => ({path: join(folder, file.path), bytes: file.bytes}))
    .filter(({path, bytes}) => !existsSync(path) || !readFileSync(path).equals(bytes))
    .map(({path}) => path)
}

/** Whoever reads from it comes to its end. */
function endPipe(path: string): void {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK))
  } catch (error) {
    // Nobody reads from it yet, or it is gone.
    if (!['ENXIO', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** What no other torrent has, but the same one. */
function ownFile({files}: MadeTorrent): string {
  return files.at(-1)!.path
}

function linkedFolder({folder}: LabDaemon, {name}: MadeTorrent): string {
  return `${folder}/linked/${name}`
}

function serverOf({kind, version}: Row): string {
  return `${clientKinds[kind].section.prefix}-${version}`
}

function wishOf(row: Row): ServerWish {
  const suite = row.version === 'oldest' ? host : newest
  return {id: serverOf(row), kind: row.kind, suite, hasFolderApart: row.kind === 'qbittorrent'}
}

function caseOf(row: Row, at: number, tracker: string): Case {
  const name = `Film.${at}.${row.kind}`
  const [film, notes, own] = [`film ${at}.mkv`, `notes ${at}.nfo`, `own ${at}.nfo`]
  const content = {[film]: 10 * PIECE, [notes]: 2 * PIECE, [own]: 3 * PIECE}
  const more = {pieceSize: PIECE, trackers: [tracker]}
  const made = makeTorrent({name, content, ...more})
  const {placement} = row
  const server = serverOf(row)
  if (placement === 'alone') return {row, server, made, other: null}
  const others = {
    same: made,
    // The same bytes in another torrent.
    cross: makeTorrent({name, content: {[film]: 10 * PIECE, [notes]: 2 * PIECE}, ...more}),
    file: makeTorrent({name: film, seed: `${name}/${film}`, content: 10 * PIECE, ...more}),
  }
  const which = placement.split(/[ -]/)[0] as keyof typeof others
  return {
    row,
    server,
    made,
    other: {server: placement.endsWith('beside') ? server : neighbor, made: others[which]},
  }
}

/** Its Arr finds it and nobody has it. */
function wishFor({server, made}: Case): Wish {
  return {arr: films, on: server, title: made.name, releases: [{made, seeds: 'nobody'}]}
}

function zeros(tracker: string) {
  const name = 'zeros.bin'
  const {pieces, pieceSize} = ZEROS
  const piece = createHash('sha1').update(Buffer.alloc(pieceSize)).digest()
  const info = {
    length: pieces * pieceSize,
    name,
    'piece length': pieceSize,
    pieces: Buffer.concat(Array.from({length: pieces}, () => piece)),
  }
  const hash = createHash('sha1').update(bencode.encode(info)).digest('hex') as InfoHash
  return {name, hash, torrent: bencode.encode({announce: tracker, info})}
}
