/**
 * Names for invented torrents: free systems, open films, books in the public domain, and shows and records that do
 * not exist. No release of anybody's work is among them.
 */
import type {Random} from './random.ts'

export type Genre = 'linux' | 'film' | 'series' | 'book' | 'music'

interface Invented {
  readonly genre: Genre
  readonly name: string
  /** One file, or a folder of several. */
  readonly fileCount: number
  readonly size: number
}

const MB = 1_000_000

const systems = [
  'Debian',
  'Fedora',
  'Arch Linux',
  'openSUSE',
  'Alpine',
  'NixOS',
  'Gentoo',
  'FreeBSD',
  'OpenBSD',
]
const editions = ['netinst', 'server', 'desktop', 'live', 'minimal', 'cloud', 'workstation']
const architectures = ['amd64', 'arm64', 'riscv64', 'ppc64el', 's390x']
const films = [
  'Big Buck Bunny',
  'Sintel',
  'Tears of Steel',
  'Cosmos Laundromat',
  'Elephants Dream',
  'Spring',
  'Charge',
]
const cuts = ['2160p HDR', '1080p', '720p', 'Stereo 3D', 'production files', 'storyboards', 'soundtrack']
const showFirst = [
  'Harbour',
  'Copper',
  'Winter',
  'Paper',
  'Glass',
  'Night',
  'Salt',
  'Iron',
  'Orchard',
  'Lantern',
]
const showSecond = [
  'Lights',
  'Street',
  'County',
  'Ferry',
  'Archive',
  'Signal',
  'Gardens',
  'Tide',
  'Mill',
  'Atlas',
]
const authors = [
  'Austen',
  'Verne',
  'Shelley',
  'Kafka',
  'Melville',
  'Tolstoy',
  'Curie',
  'Darwin',
  'Sappho',
  'Poe',
]
const works = [
  'Collected Letters',
  'Novels',
  'Short Stories',
  'Poems',
  'Essays',
  'Travels',
  'Notebooks',
  'Plays',
]
const bands = [
  'The Idle Pumps',
  'Quartz Owl',
  'Seven Bridges',
  'Low Tide Choir',
  'Velvet Antenna',
  'Moss & Mortar',
]
const records = ['First Light', 'Northbound', 'Slow Weather', 'Room Tone', 'Small Hours', 'Second Wind']

const inventors: Readonly<Record<Genre, (random: Random) => Omit<Invented, 'genre'>>> = {
  linux: (random) => ({
    name: `${random.pick(systems)} ${1 + random.below(40)}.${random.below(12)} ${random.pick(editions)} ${random.pick(architectures)}.iso`,
    fileCount: 1,
    size: megabytes(random, 150, 5_000),
  }),
  film: (random) => ({
    name: `${random.pick(films)} (${random.pick(cuts)}, take ${1 + random.below(400)})`,
    fileCount: 1 + random.below(4),
    size: megabytes(random, 400, 30_000),
  }),
  series: (random) => ({
    name: `${random.pick(showFirst)} ${random.pick(showSecond)} S${two(1 + random.below(12))}E${two(1 + random.below(24))} ${random.pick(['2160p', '1080p', '720p'])}`,
    fileCount: 1 + random.below(3),
    size: megabytes(random, 300, 9_000),
  }),
  book: (random) => ({
    name: `${random.pick(authors)} - ${random.pick(works)} vol. ${1 + random.below(300)}`,
    fileCount: 1 + random.below(40),
    size: megabytes(random, 1, 300),
  }),
  music: (random) => ({
    name: `${random.pick(bands)} - ${random.pick(records)} (live ${1970 + random.below(55)})`,
    fileCount: 8 + random.below(12),
    size: megabytes(random, 80, 900),
  }),
}

/** Something to download: what it is, its name and how large it is. */
export function invent(random: Random): Invented {
  const genre = random.pick<Genre>(['linux', 'linux', 'film', 'series', 'series', 'series', 'book', 'music'])
  return {genre, ...inventors[genre](random)}
}

function megabytes(random: Random, least: number, most: number): number {
  // Small ones are more common than large ones.
  return Math.floor((least + (most - least) * random.next() ** 2) * MB) + random.below(MB)
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** Names that hurt whoever takes them for harmless text. `bytes` where the name is no valid text at all. */
export const hostileNames: readonly {readonly name: string; readonly bytes?: Uint8Array}[] = [
  {name: 'bell \u0007 escape \u001b[31mred\u001b[0m tab\t backspace\b'},
  {name: 'two\r\nlines: yes\r\n\r\nand a body'},
  {name: '\u202Egnp.exe\u202C turned around'},
  {name: 'עברית and العربية and 日本語 and 🏴‍☠️ together'},
  {name: 'a very long name '.repeat(241)},
  {name: `<img src=x onerror="alert(1)"><script>alert('2')</script>`},
  {name: `","torrents":{"${'0'.repeat(40)}":{"name":"not a torrent"}},"x":"`},
  {name: '{{{[[["\\"}}]]}'},
  {name: 'half a pair \ud83d and the other \ude00 apart'},
  {name: '../../../../etc/passwd'},
  {name: '__proto__'},
  {name: 'constructor'},
  {name: ' \u200b\u200b\u200b '},
  {name: `z${'\u0300\u0301\u0302\u0303\u0304'.repeat(40)}algo`},
  {name: '</value></data></array>]]><![CDATA[&amp;&bogus;'},
  {name: '%s%n%00 $(reboot) `reboot` ;reboot; | reboot'},
  {name: 'NUL \u0000 in the middle'},
  {
    name: 'latin-1 caf\ufffd \ufffd\ufffd',
    bytes: Buffer.from([...Buffer.from('latin-1 caf'), 0xe9, 0x20, 0xff, 0xfe]),
  },
]
