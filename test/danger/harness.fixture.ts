/**
 * One row, lived through by the whole program: two servers on one real disk, an Arr, and somebody who wants a torrent gone
 * with its data. What a server is told to remove with data its daemon really deletes.
 */
import {existsSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {SharedDisk} from '#lab/simulators/sim-disk.ts'
import type {NewTorrent, SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {newFolder} from '../program/program.fixture.ts'
import {filmsSection, grab} from '../scenarios/films.fixture.ts'
import {DAY, HOUR, MINUTE, nameOf, ScenarioHarness, trackerOf} from '../scenarios/scenario-harness.fixture.ts'
import type {Row} from './axes.ts'
import {daysSeeded, DAYS_ASKED, DECOY, DISK, factsOf, LINK, PERSONS, seesOwn, usualContent} from './facts.ts'
import type {Facts, FileFacts} from './oracle.ts'

/** What must make no difference. */
export interface Manner {
  /** Servers and torrents come in the other order. */
  readonly isTurned?: boolean
  /** Names are written in the other case. */
  readonly isLoud?: boolean
  /** One more server, that has nothing and is away. */
  readonly hasStranger?: boolean
}

export interface Ending {
  readonly facts: Facts
  /** Files, by their path on the disk, that a server was told to remove, or that are not where they were. */
  readonly went: readonly string[]
  /** What the program said and did, for whoever looks into it. */
  readonly reported: readonly string[]
}

const NEIGHBOUR = 'qBit-B'
const STRANGER = 'qBit-C'
/** The one folder of the disk, as each server calls it. */
const OWN_PATH = '/srv/downloads'
const NEIGHBOUR_PATH = '/data'
/** Where we look for the disk. */
const MOUNT = 'mnt'
const ELSEWHERE = 'elsewhere'
const FIRST = 900
/** The ratio that is wished for, and less than it reaches. */
const ENOUGH = 0.5

const another = makeTorrent({name: 'Other.Film.2020.1080p', content: {'film.mkv': 30_000}})

/** @returns what became of the files */
export async function live(row: Row, manner: Manner = {}): Promise<Ending> {
  const harness = new DangerHarness(row, manner)
  try {
    return await harness.live()
  } finally {
    await harness.stop()
  }
}

class DangerHarness {
  readonly #row: Row
  readonly #manner: Manner
  readonly #place = newFolder()
  readonly #made: MadeTorrent
  readonly #own: string
  #house!: ScenarioHarness
  readonly #ordered = new Set<string>()
  /** What its server said of it when it was told to remove it; `null` = it was not. */
  #wasMissing: boolean | null = null
  /** To a person. */
  readonly #answer: string[] = []
  /** Its server and the neighbour reach it. */
  readonly #disk = new SharedDisk(join(this.#place, DISK), {
    heard: (path) => {
      const ours = `${DISK}/${path}`
      if (!this.#files().some((file) => file.path === ours)) return
      if (this.#ordered.size === 0) this.#wasMissing = this.#isCalledMissing()
      this.#ordered.add(ours)
    },
  })

  constructor(row: Row, manner: Manner) {
    this.#row = row
    this.#manner = manner
    this.#own = nameOf(row.kind)
    const isAsked = row.debt !== 'owes nothing'
    this.#made = makeTorrent({
      name: this.#spelt(usualContent.name),
      content: {[this.#spelt('film.mkv')]: 40_000, [this.#spelt('film.nfo')]: 1_000},
      isPrivate: isAsked,
    })
  }

  async live(): Promise<Ending> {
    await this.#begin()
    await this.#pass(12 * MINUTE)
    await this.#danger()
    await this.#pass(10 * MINUTE)
    const before = this.#files().filter(({path}) => existsSync(this.#on(path)))
    await this.#wish()
    // A clock that was set is believed after an hour.
    await this.#pass(this.#row.clock === 'clock steady' ? 50 * MINUTE : 2.5 * HOUR)
    const lost = before.map(({path}) => path).filter((path) => !existsSync(this.#on(path)))
    return {
      facts: factsOf(this.#row, this.#made, this.#wasMissing ?? this.#isCalledMissing()),
      went: [...new Set([...lost, ...this.#ordered])].toSorted(),
      reported: [...this.#answer, ...this.#house.destroyed(), ...(await this.#house.lines())],
    }
  }

  async stop(): Promise<void> {
    await this.#house.stop()
    rmSync(this.#place, {recursive: true, force: true})
  }

  /* ───────────────────────────── before ───────────────────────────── */

  async #begin(): Promise<void> {
    const {isTurned = false, hasStranger = false} = this.#manner
    mkdirSync(this.#on(DISK))
    mkdirSync(this.#on(ELSEWHERE))
    writeFileSync(this.#on(`${ELSEWHERE}/something`), 'of a person')
    writeFileSync(this.#on(PERSONS), 'of a person')
    this.#made.writePayload(this.#on(DISK))
    this.#mount(DISK)
    for (const {path, bytes} of this.#made.files) {
      mkdirSync(dirname(this.#on(`${DECOY}/${path}`)), {recursive: true})
      writeFileSync(this.#on(`${DECOY}/${path}`), bytes.subarray(10))
    }
    const servers = [
      ...(hasStranger ? [{name: STRANGER}] : []),
      {name: NEIGHBOUR, torrents: 2},
      // The first lines of the configuration are of the last.
      {name: this.#own, kind: this.#row.kind, torrents: 4},
    ]
    const titles = this.#row.arr === 'unknown to its Arr' ? ['Other Film'] : ['Some Film', 'Other Film']
    this.#house = await ScenarioHarness.start({
      servers: isTurned ? servers.toReversed() : servers,
      releases: [this.#made, another],
      config: this.#config(),
      arrs: [
        {
          name: 'radarr',
          app: 'radarr',
          downloadClients: [{name: this.#own, category: this.#category('films')}],
          // An Arr takes in whatever lies in its category and is called like something that it wants.
          library: titles.map((title) => ({title, year: 2020})),
        },
      ],
      settled: 0,
    })
    this.#attachDisk()
    if (isTurned) {
      this.#share()
      await this.#comes()
    } else {
      await this.#comes()
      this.#share()
    }
  }

  #config(): string {
    const {kind, paths, wish} = this.#row
    const mapping = (server: string, path: string, ours: string) =>
      `["${server}".PathMappings]\n${JSON.stringify(path)} = ${JSON.stringify(this.#on(ours))}\n`
    const isOther = paths === 'both mapped' || paths === 'neighbour mapped'
    return [
      kind === 'rtorrent' && this.#manner.isTurned !== true ? 'AllowExecute = true\n' : '',
      // No file of ours is a film, and what a probe says of it is not asked here.
      `[Settings]\nFFprobePath = ${JSON.stringify(this.#on('no probe'))}\n`,
      seesOwn(paths) ? mapping(this.#own, OWN_PATH, MOUNT) : '',
      paths === 'own mapped wrongly' ? mapping(this.#own, OWN_PATH, DECOY) : '',
      // Whatever it had would lie there.
      this.#manner.hasStranger === true ? mapping(STRANGER, '/elsewhere', ELSEWHERE) : '',
      isOther ? mapping(NEIGHBOUR, NEIGHBOUR_PATH, MOUNT) : '',
      filmsSection.replace('"films"', `"${this.#category('films')}"`),
      `[Radarr-films.Torrent]
StalledDelay = -1
[Radarr-films.Torrent.SeedingMode]
RemoveTorrent = ${wish === 'by clean-up' ? 1 : -1}
MaxUploadRatio = ${ENOUGH}
[[Radarr-films.Torrent.Trackers]]
URI = "private.example.net"
HitAndRunMode = "and"
MinSeedRatio = 0
MinSeedingTimeDays = ${DAYS_ASKED}
`,
    ].join('')
  }

  /** It is complete and seeds, and its Arr knows of it what the row says. */
  async #comes(): Promise<void> {
    const {arr} = this.#row
    if (arr === 'unknown to its Arr' || arr === 'of no Arr') this.#house.put(this.#own, FIRST, this.#seeds())
    else {
      const isPending = arr === 'import pending'
      const found = {itemId: 1, ...(isPending && {import: 'titleMismatch' as const})}
      await grab(this.#house, this.#made, found, 'radarr', this.#own)
      this.#house.update(this.#own, this.#made.hash, this.#seeds())
      const {hash} = this.#made
      const {stats} = this.#house.acting.arr('radarr').arr
      const isIn = () => stats.imports.some((it) => it.toLowerCase() === hash)
      if (!isPending) await this.#house.acting.until(HOUR, isIn, (it) => it)
    }
    await this.#house.acting.forgetComing()
    this.#setTrackers('tracker works')
  }

  #seeds(): NewTorrent {
    const {hash, name, torrent: metainfo, size} = this.#made
    const days = daysSeeded[this.#row.debt]
    const addedAt = this.#house.world(this.#own).now() - (days + 1) * DAY
    const category = this.#category(this.#row.arr === 'of no Arr' ? 'mine' : 'films')
    return {
      ...this.#content(OWN_PATH),
      hash,
      name,
      metainfo,
      category,
      tags: this.#row.kind === 'transmission' ? [category] : [],
      isPrivate: this.#row.debt !== 'owes nothing',
      done: size,
      downloaded: size,
      uploaded: 0,
      downSpeed: 0,
      state: 'seeding',
      running: true,
      addedAt,
      completedAt: addedAt + HOUR,
      activeTime: days * DAY,
      seedingTime: days * DAY,
    }
  }

  /** The same files as a torrent of a server that calls their folder this. */
  #content(savePath: string) {
    const {name, size, files} = this.#made
    return {
      savePath,
      rootName: name,
      size,
      sizeTotal: size,
      done: size,
      fileCount: files.length,
      files: files.map(({path, bytes: {length}}) => ({
        path,
        size: length,
        done: length,
        priority: 'normal' as const,
      })),
    }
  }

  #share(): void {
    const {name} = this.#made
    switch (this.#row.sharing) {
      case 'shared with nobody':
        return
      case 'cross-seed beside':
        this.#house.put(this.#own, FIRST + 1, {...this.#content(OWN_PATH), name})
        return
      case 'cross-seed next door':
        this.#house.put(NEIGHBOUR, FIRST + 1, {...this.#content(NEIGHBOUR_PATH), name})
        return
      case 'one file next door': {
        const {path, bytes} = this.#made.files[0]!
        const file = path.slice(name.length + 1)
        const {length} = bytes
        this.#house.put(NEIGHBOUR, FIRST + 1, {
          name: file,
          rootName: file,
          savePath: `${NEIGHBOUR_PATH}/${name}`,
          size: length,
          sizeTotal: length,
          done: length,
          files: [{path: file, size: length, done: length, priority: 'normal'}],
        })
        return
      }
      case 'hard link':
        linkSync(this.#on(`${DISK}/${this.#made.files[0]!.path}`), this.#on(LINK))
    }
  }

  #attachDisk(): void {
    for (const [server, path] of this.#folders()) this.#house.attachDisk(server, this.#disk.seenAt(path))
  }

  #folders(): readonly (readonly [server: string, path: string])[] {
    return [
      [this.#own, OWN_PATH],
      [NEIGHBOUR, NEIGHBOUR_PATH],
    ]
  }

  /** Where they lie; of what lies elsewhere nothing. */
  #filesOn(server: string, folder: string, torrent: SimTorrent): readonly string[] {
    const {savePath} = torrent
    if (savePath !== folder && !savePath.startsWith(`${folder}/`)) return []
    const below = savePath.slice(folder.length + 1)
    const paths = this.#house
      .world(server)
      .files(torrent)
      .map(({path}) => join(DISK, below, path))
    const ours = new Set(this.#files().map(({path}) => path))
    return paths.filter((path) => ours.has(path))
  }

  /* ───────────────────────────── what happens ───────────────────────────── */

  async #danger(): Promise<void> {
    const {disk, tracker, arr, clock, neighbour, program} = this.#row
    this.#setTrackers(tracker)
    const {faults} = this.#house.acting.arr('radarr').arr
    if (arr === 'Arr away') faults.add({kind: '500'})
    if (arr === 'Arr unwell') {
      faults.add({kind: 'pathMappingMissing'})
      await this.#anotherComes()
    }
    if (this.#manner.hasStranger === true) await this.#strangerLeaves()
    if (neighbour === 'neighbour away') await this.#house.away(NEIGHBOUR)
    if (clock === 'clock three days ahead') this.#house.acting.clock.jump(3 * DAY * 1_000)
    if (clock === 'clock a day back') this.#house.acting.clock.jump(-DAY * 1_000)
    if (disk === 'disk unseen') this.#mount(null)
    if (disk === 'files gone') {
      rmSync(this.#on(`${DISK}/${this.#made.name}`), {recursive: true})
      this.#callMissing()
    }
    if (disk === 'disk away' || disk === 'disk back') {
      this.#mount(null)
      this.#disk.isReached = false
      this.#callMissing()
    }
    if (program === 'program killed') {
      await this.#house.acting.crash()
      await this.#house.acting.rise()
    }
    if (disk !== 'disk back') return
    await this.#pass(HOUR)
    this.#mount(DISK)
    this.#disk.isReached = true
  }

  /** Where we see the disk of neither, people say that theirs are two: else nobody could know it. */
  async #strangerLeaves(): Promise<void> {
    if (!seesOwn(this.#row.paths)) {
      const names = {[STRANGER]: {storage: 'its own'}, [this.#own]: {storage: 'ours'}}
      await this.#house.acting.reconfigure(this.#config(), {...names, [NEIGHBOUR]: {storage: 'ours'}})
      await this.#pass(MINUTE)
    }
    await this.#house.away(STRANGER)
  }

  /** A download that the Arr looks for in vain. */
  async #anotherComes(): Promise<void> {
    await grab(this.#house, another, {itemId: 2}, 'radarr', this.#own)
    const {size: done} = another
    const world = this.#house.world(this.#own)
    world.updateFiles(this.#house.torrent(this.#own, another.hash), (file) => (file.done = file.size))
    this.#house.update(this.#own, another.hash, {done, downloaded: done, downSpeed: 0, state: 'seeding'})
  }

  /** Each server says so of its torrents of this content, and sticks to it. */
  #callMissing(): void {
    for (const [server, folder] of this.#folders()) {
      const world = this.#house.world(server)
      for (const torrent of world.list())
        if (this.#filesOn(server, folder, torrent).length > 0)
          world.update(torrent, {state: 'missingFiles', errorText: MISSING[this.#row.kind]})
    }
  }

  /** By its server. */
  #isCalledMissing(): boolean {
    const {hash} = this.#made
    return this.#house.holds(this.#own, hash) && this.#house.torrent(this.#own, hash).state === 'missingFiles'
  }

  #setTrackers(state: Row['tracker']): void {
    const {kind: _, debt} = this.#row
    const world = this.#house.world(this.#own)
    const host = debt === 'owes nothing' ? 'tracker.example.org' : 'private.example.net'
    const tracker = trackerOf(world, host, SAYS[state])
    const isDown = state === 'tracker down'
    const trackers =
      state === 'no tracker' ? [] : [isDown ? {...tracker, status: 'unreachable' as const} : tracker]
    world.update(this.#house.torrent(this.#own, this.#made.hash), {trackers}, 'trackers')
  }

  async #wish(): Promise<void> {
    const {wish, arr, neighbour} = this.#row
    const {hash, size} = this.#made
    if (neighbour === 'neighbour restarts') {
      await this.#house.restart(NEIGHBOUR, {from: 0, shortListFor: 8 * MINUTE})
      await this.#pass(30)
    }
    if (this.#house.holds(this.#own, hash)) this.#house.update(this.#own, hash, {uploaded: 0.6 * size})
    if (wish === 'by a person' || wish === 'by a person at once') {
      const at = `/api/torrents/${hash}?server_id=${this.#own}&delete_data=true`
      const {status, body} = await this.#house.acting.api.send(
        'DELETE',
        wish === 'by a person' ? at : `${at}&free_at_once=true`,
      )
      this.#answer.push(`answered ${status}: ${JSON.stringify(body)}`)
    } else if (wish === 'by a rule')
      await this.#house.rule({
        name: 'Enough',
        reason: 'seedingDone',
        scope: {servers: [this.#own], categories: [this.#category(arr === 'of no Arr' ? 'mine' : 'films')]},
        when: {fact: 'ratio', op: 'gte', value: ENOUGH},
        do: [{action: 'removeWithData'}],
      })
  }

  /** What lies where we look; `null`: an empty folder of the disk below. */
  #mount(what: typeof DISK | null): void {
    const link = this.#on(MOUNT)
    rmSync(link, {force: true, recursive: true})
    if (what === null) mkdirSync(link)
    else symlinkSync(this.#on(what), link)
  }

  #files(): readonly FileFacts[] {
    return factsOf(this.#row, this.#made).files
  }

  #on(path: string): string {
    return join(this.#place, path)
  }

  /** Labels of Deluge have no capitals. */
  #category(name: string): string {
    return this.#row.kind === 'deluge' ? name : this.#spelt(name)
  }

  #spelt(name: string): string {
    return this.#manner.isLoud === true ? name.toUpperCase() : name
  }

  #pass(seconds: number): Promise<void> {
    return this.#house.pass(seconds)
  }
}

const MISSING = {
  qbittorrent: 'missing files',
  transmission: 'No data found! Ensure your drives are connected or use "Set Location".',
  rtorrent: 'Download missing',
  deluge: 'Missing or invalid torrent data!',
} as const

const SAYS: Readonly<Record<Row['tracker'], string>> = {
  'tracker works': '',
  'tracker forgot it': 'unregistered torrent',
  'tracker down': 'Could not resolve host',
  'no tracker': '',
}
