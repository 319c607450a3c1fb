/**
 * What is nothing but programs, or what opens one, by the whole program: an Arr finds it only when all of it is there, as
 * nothing of its section leaves such files out. It is given up, goes with its data, and another release is searched. What
 * only looks like it, has a video beside it, or might be unpacked is nobody's to remove.
 */
import {afterEach, expect, test} from 'vitest'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {some} from '#test/proof.ts'
import {filmsSection, grab, startFilms} from './films.fixture.ts'
import {
  elsewhere,
  HOUR,
  MINUTE,
  type ScenarioHarness,
  type ScenarioServer,
} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
afterEach(() => harness.stop())

/** Each is a film of its own. */
const made = (name: string, content: Readonly<Record<string, number>>) =>
  makeTorrent({name: `${name}.2020.1080p-AAA`, content})

const dangerous = [
  made('Upper.Case', {'SETUP.EXE': 40_000, 'readme.nfo': 100}),
  made('Link', {'Link.2020.1080p.mkv.lnk': 2_000}),
  made('Nested', {'Nested.2020.rar.zip.scr': 40_000, 'cover.jpg': 1_000}),
  made('Hidden', {'.cache/.codec/install.Cmd': 4_000, 'poster.png': 1_000}),
  made('Archive', {'archive.2020.zipx': 40_000}),
]
const harmless = [
  made('Looks', {'sample.exe.mkv': 40_000}),
  made('Beside', {'film.mkv': 40_000, '.trash/codec.exe': 4_000}),
  made('Packed', {'packed.exe.rar': 40_000, 'packed.r00': 40_000}),
  made('Words', {'the.exe.files.nfo': 2_000, lnk: 10}),
]
const all = [...dangerous, ...harmless]
const titles = ['Upper Case', 'Link', 'Nested', 'Hidden', 'Archive', 'Looks', 'Beside', 'Packed', 'Words']

const kinds: readonly (readonly [ScenarioServer])[] = [
  [{name: 'qBit-A', torrents: 100, each: elsewhere}],
  [{name: 'Transmission-A', kind: 'transmission', version: '4.1.4', torrents: 100, each: elsewhere}],
]

test.each(some(1, kinds))(
  'B.6 what is nothing but dangerous files goes, and nothing that only looks like it: $name',
  async (server) => {
    const {name} = server
    const config = `${filmsSection}[Radarr-films.Torrent]\nStalledDelay = -1\n`
    harness = await startFilms({config, titles, releases: all, servers: [server]})
    const {stats, history} = harness.acting.arr('radarr').arr
    for (const [at, one] of all.entries())
      await grab(harness, one, {itemId: at + 1, import: 'byExtension'}, 'radarr', name)
    const imported = ({hash}: MadeTorrent) =>
      history.of(hash.toUpperCase()).some(({event}) => event === 'downloadFolderImported')
    // Nothing is known of it while it comes in.
    await harness.pass(10 * MINUTE)
    await harness.expectNothingDestructive()
    for (const one of all) comesIn(one, name)
    await harness.pass(HOUR)
    const ends = dangerous.flatMap(({hash}) => [
      `${name} removeWithData ${hash}`,
      `radarr blocklist ${hash.toUpperCase()}`,
    ])
    expect(harness.destroyed().toSorted()).toEqual(ends.toSorted())
    expect(all.filter(({hash}) => harness.holds(name, hash))).toEqual(harmless)
    // Another release of each is searched, once, and of nothing else.
    expect(stats.searches).toEqual(
      Object.fromEntries(all.map((one, at) => [at + 1, dangerous.includes(one) ? 2 : 1])),
    )
    expect(all.filter(imported).map((one) => one.name)).toEqual(harmless.slice(0, 2).map((one) => one.name))
  },
)

function comesIn({hash}: MadeTorrent, server: string): void {
  const [world, torrent] = [harness.world(server), harness.torrent(server, hash)]
  for (const file of world.files(torrent)) Object.assign(file, {done: file.size})
  const {size} = torrent
  harness.update(server, hash, {done: size, downloaded: size, downSpeed: 0, state: 'seeding'})
}
