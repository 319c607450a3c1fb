/** An Arr for films beside the servers of a scenario, and what it grabs. */
import type {InstanceConfig} from '#lab/arrs/config.ts'
import type {ReleaseConfig} from '#lab/arrs/releases.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import type {ActingWish} from '../program/acting-harness.fixture.ts'
import {A, B, DAY, elsewhere, HOUR, ScenarioHarness, type ScenarioServer} from './scenario-harness.fixture.ts'

const ARR = 'radarr'

/** Its section of the configuration, up to where its tables begin. */
export const filmsSection = `
[Radarr-films]
Managed = true
Category = "films"
URI = "http://${ARR}"
APIKey = "KEY-${ARR}"
ReSearch = true
`

const twoOfAKind = [
  {name: A, torrents: 50, each: elsewhere},
  {name: B, torrents: 10, each: elsewhere},
] as const

interface FilmsWish {
  readonly config: string
  /** Each is a film of its own, whose title its name begins with; from 2020. */
  readonly titles: readonly string[]
  readonly releases: readonly MadeTorrent[]
  /** The first is that of the Arr; default: two qBittorrents. */
  readonly servers?: readonly [ScenarioServer, ...ScenarioServer[]]
  /** As in `ActingWish`. */
  readonly runsFfprobe?: boolean
  readonly passing?: ActingWish['passing'] | undefined
}

/** Both servers have some torrents, and their Arr some films. */
export function startFilms({
  config,
  titles,
  releases,
  servers = twoOfAKind,
  runsFfprobe = false,
  passing,
}: FilmsWish): Promise<ScenarioHarness> {
  const radarr: InstanceConfig = {
    name: ARR,
    app: 'radarr',
    downloadClients: [{name: servers[0].name, category: 'films'}],
    library: titles.map((title) => ({title, year: 2020})),
  }
  return ScenarioHarness.start({servers, config, releases, arrs: [radarr], settled: 0, runsFfprobe, passing})
}

export type Found = Omit<ReleaseConfig, 'title' | 'hash' | 'content'>

/** The Arr finds it, and has its server fetch it. Resolves when that holds it. */
export async function grab(
  harness: ScenarioHarness,
  made: MadeTorrent,
  found: Found,
  arr = ARR,
  server = A,
): Promise<void> {
  const sim = harness.acting.arr(arr).arr
  const content = made.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
  sim.releases.define({...found, title: made.name, hash: made.hash, content})
  const isSeries = sim.dialect.family === 'series'
  if (isSeries) sim.commands.post('SeasonSearch', {seriesId: found.itemId, seasonNumber: 1}, 'manual')
  else sim.commands.post('MoviesSearch', {movieIds: [found.itemId]}, 'manual')
  await harness.acting.until(
    60,
    () => harness.holds(server, made.hash),
    (it) => it,
  )
}

/** It is grabbed, its server gets all of it, and its Arr takes it in. It seeds for a day, and has earned half of itself. */
export async function comeIn(
  harness: ScenarioHarness,
  made: MadeTorrent,
  found: Found,
  arr = ARR,
  server = A,
): Promise<void> {
  await grab(harness, made, found, arr, server)
  const [world, torrent] = [harness.world(server), harness.torrent(server, made.hash)]
  for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
  const {size} = torrent
  harness.update(server, made.hash, {
    done: size,
    downloaded: size,
    uploaded: size / 2,
    downSpeed: 0,
    state: 'seeding',
    addedAt: world.now() - DAY,
    seedingTime: DAY,
  })
  const {stats} = harness.acting.arr(arr).arr
  await harness.acting.until(
    HOUR,
    () => stats.imports.some((it) => it.toLowerCase() === made.hash),
    (it) => it,
  )
}
