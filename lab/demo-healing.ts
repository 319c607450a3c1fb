/**
 * Downloads of the demo that stall, one after the other, for as long as it runs: each is of a movie that its Radarr
 * wants, whose best release nobody has a copy of. There is another one, which comes when the first is given up.
 */
import type {Arr} from './arrs/arr.ts'
import type {Orders} from './simulators/control.ts'

/** Something that its indexers have. @returns its hash */
export type Offer = (wish: Offered, seed: number) => Promise<string>

interface Offered extends Omit<Orders['offer']['args'], 'seed'> {
  /** Its server has had it for so long when it is grabbed. Default: it begins then. */
  readonly agoSeconds?: number
}

interface HealingDeps {
  readonly arr: Pick<Arr, 'library' | 'releases' | 'commands' | 'time'>
  readonly offer: Offer
  readonly category: string
  /** For tests. */
  readonly every?: Repeat
}

/** Has it done again and again. @returns ends it */
export type Repeat = (ms: number, turn: () => Promise<void>) => () => void

const MINUTE_MS = 60_000
/** One is given up when it is ten minutes old, and what replaces it has come a few minutes later. */
const EVERY_MS = 30 * MINUTE_MS
/** The first one stalled before somebody looks: no rule removes what is younger than ten minutes. */
const FIRST_AGO = 25 * 60
/** Bytes of whatever an Arr of the demo may grab: small enough to be seen coming. */
export const RELEASE_SIZE = 90 * 2 ** 20

const titles = [
  'The Borrowed Orchard',
  'Salt and Meridian',
  'A Quiet Ferry',
  'The Paper Almanac',
  'Northern Tide',
  'Hollow Harbour',
] as const
const FIRST_YEAR = 1996

/** Begins with one that stalls from the start. */
export async function startHealing({
  arr,
  offer,
  category,
  every = repeatedly,
}: HealingDeps): Promise<{stop(): void}> {
  let number = 0
  const begin = async () => {
    const at = number++
    const title = titles[at % titles.length]!
    const year = FIRST_YEAR + Math.floor(at / titles.length)
    const {id} = arr.library.add({title, year})
    const release = `${title.replaceAll(' ', '.')}.${year}.1080p.WEB-DL.x264`
    const [stalls, comes] = [`${release}-KELP`, `${release}-WREN`]
    const agoSeconds = at === 0 ? FIRST_AGO : 0
    const first = await offer(
      {name: stalls, category, size: RELEASE_SIZE, comes: false, agoSeconds},
      50_000 + 2 * at,
    )
    const second = await offer({name: comes, category, size: RELEASE_SIZE, comes: true}, 50_001 + 2 * at)
    // Its server and its Arr say the same of it.
    const grabbedAt = arr.time.now() - agoSeconds * 1_000
    arr.releases.define({itemId: id, hash: first, title: stalls, size: RELEASE_SIZE, score: 10, grabbedAt})
    arr.releases.define({itemId: id, hash: second, title: comes, size: RELEASE_SIZE})
    arr.commands.post('RssSync', {}, 'scheduled')
  }
  await begin()
  return {stop: every(EVERY_MS, begin)}
}

/** By the clock, and never twice at once. */
export function repeatedly(ms: number, turn: () => Promise<void>): () => void {
  let isBusy = false
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    // It ends with the fleet, in the middle of whatever it is.
    void turn()
      .catch(() => {})
      .finally(() => {
        isBusy = false
      })
  }, ms)
  return () => clearInterval(timer)
}
