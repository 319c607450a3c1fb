/**
 * What belongs to Arrs, by our paths: nothing there is an orphan. Their libraries, what they put into their recycle
 * bins, and what they still have to import, also of downloads that are no torrents. One that is switched off keeps its
 * library until it is deleted. What each said last is remembered:
 *
 *   an Arr of the house, silent     it may keep its library anywhere: nothing is an orphan
 *   an Arr of a member, silent      what it said last is kept; only in places of that member nothing is an orphan
 *   an Arr of a member, root folder around folders of others     its movies, series … are kept there, each by its folder
 *
 * Source: docs/decisions/043.
 */
import * as z from 'zod'
import type {LastAnswers} from '#automation-state/last-answers.ts'
import {overlap, toOurs} from '#disk/path-mapping.ts'
import {foldedPath} from '#disk/places.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {Compartment, UserId} from '#model/access.ts'
import type {ArrId, KeptFolders} from '#model/arr.ts'
import type {ArrWay} from '#model/arr-service.ts'
import {CommodarrError} from '#model/errors.ts'
import type {PathMapping} from '#model/server.ts'
import type {ArrDirectory} from '#registry/arrs/directory.ts'
import {withFoldersAround} from './unclaimed.ts'

/** Asks an Arr, and gets paths as it writes them. */
export interface LibraryAsker {
  /** Its root folders and its recycle bin. @throws {CommodarrError} */
  readonly ownFolders: (way: ArrWay) => Promise<readonly string[]>
  /** Those of its movies, series, artists or authors. @throws {CommodarrError} */
  readonly itemFolders: (way: ArrWay) => Promise<readonly string[]>
}

export interface LibraryDeps {
  readonly arrs: Pick<ArrDirectory, 'cards' | 'former' | 'reachOf' | 'unread'>
  /** The member whose own an Arr of this owner is; `null` = the house's. */
  readonly memberOf: (ownerId: UserId | null) => Compartment
  readonly asker: LibraryAsker
  /** Where what an Arr that is on waits for lies, as it writes the paths; `null` = nobody knows yet. */
  readonly awaited: (id: ArrId) => readonly string[] | null
  readonly known: Pick<LastAnswers<KeptFolders>, 'of' | 'take'>
  /** Of all servers: an Arr mostly sees what one of them sees. */
  readonly mappings: () => readonly PathMapping[]
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
}

/** A folder of ours that servers are mapped to, or that torrents are saved to. */
export interface SharedPlace {
  readonly path: string
  /** Nobody but this member has servers there; `null` = the house has, or several. */
  readonly member: Compartment
}

export interface Libraries {
  readonly paths: readonly string[]
  /** Where else there may be libraries nobody knows. */
  readonly unknown: readonly UnknownLibrary[]
}

interface UnknownLibrary {
  /** It may be in places of this member alone; `null` = anywhere. */
  readonly whose: Compartment
  /** For people. */
  readonly why: string
}

/** Of what is remembered of an Arr. */
export const keptFoldersShape = z.object({
  own: z.array(z.string()),
  waiting: z.array(z.string()),
  items: z.array(z.string()),
})

interface Heard {
  readonly whose: Compartment
  /** `null` = it never said. */
  readonly kept: KeptFolders | null
  /** Why more of it is not known; `null` = all is. */
  readonly why: string | null
}

/** Characters of paths that are remembered of one Arr: some 60,000 movies. */
const MOST_REMEMBERED = 4_000_000

export class ArrLibraries {
  readonly #parts: LibraryDeps

  constructor(parts: LibraryDeps) {
    this.#parts = parts
  }

  /** @param places all that there are: whoever else has torrents there is not steered by what an Arr of a member says */
  async of(places: readonly SharedPlace[]): Promise<Libraries> {
    const {arrs, memberOf, known, turns} = this.#parts
    const mappings = [...new Map(this.#parts.mappings().map((it) => [JSON.stringify(it), it])).values()]
    const unread = arrs
      .unread()
      .map(({id, ownerId}): Heard => ({
        whose: memberOf(ownerId),
        kept: known.of(id),
        why: `The settings of the Arr ${id} cannot be read, so it is unknown where it keeps its library. An administrator can remove it through the API.`,
      }))
    const heard = [
      ...unread,
      ...(await Promise.all(arrs.cards().map((card) => this.#askOne(card, {places, mappings})))),
    ]
    const paths = new Set<string>()
    const others = new Map<Compartment, Others>()
    for (const {whose, kept} of heard) {
      const around = others.get(whose) ?? othersThan(whose, places)
      others.set(whose, around)
      for (const path of kept === null ? [] : [...kept.own, ...kept.waiting, ...kept.items]) {
        if (turns.due()) await turns.next()
        for (const ours of oursOf(path, mappings))
          for (const counted of countingFor(ours, whose, around)) paths.add(counted)
      }
    }
    return {paths: [...paths], unknown: heard.flatMap(({whose, why}) => (why === null ? [] : [{whose, why}]))}
  }

  async #askOne(
    card: ReturnType<LibraryDeps['arrs']['cards']>[number],
    {places, mappings}: {readonly places: readonly SharedPlace[]; readonly mappings: readonly PathMapping[]},
  ): Promise<Heard> {
    const {arrs, memberOf, asker, awaited, known} = this.#parts
    const {id, name, enabled} = card
    const whose = memberOf(card.ownerId)
    const last = known.of(id)
    const config = arrs.former(id)?.config
    const [url, apiKey] = [config?.URI ?? null, config?.APIKey ?? null]
    if (!config || url === null || apiKey === null)
      return {whose, kept: last, why: `The address or the key of ${name} is missing, or cannot be read.`}
    try {
      const way = {url, apiKey, skipVerify: config.SkipTLSVerify, reach: arrs.reachOf(card)}
      const own = await asker.ownFolders(way)
      // Its root folders may lie around folders of others, now or later; then each of its items is kept by its own.
      const isAmongOthers =
        whose !== null &&
        own.some((path) =>
          oursOf(path, mappings).some((ours) =>
            places.some(({path: place, member}) => member !== whose && overlap(ours, place)),
          ),
        )
      const items = isAmongOthers ? await asker.itemFolders(way) : (last?.items ?? [])
      const waiting = enabled ? awaited(id) : []
      const kept = {own, waiting: waiting ?? last?.waiting ?? [], items}
      await known.take(id, shortened(kept))
      return {whose, kept, why: waiting === null ? `${name} has not reported yet what it waits for.` : null}
    } catch (error) {
      if (!(error instanceof CommodarrError)) throw error
      return {
        whose,
        kept: last,
        why: `${name} does not say where it keeps its library and its recycle bin: ${error.message}`,
      }
    }
  }
}

/** Without containers it sees what we see. */
function oursOf(path: string, mappings: readonly PathMapping[]): readonly string[] {
  return [path, ...mappings.flatMap((mapping) => toOurs(path, [mapping]) ?? [])]
}

interface Others {
  /** Places that not this member alone has, and all folders around them. */
  readonly around: ReadonlySet<string>
  /** Those that are his alone. */
  readonly own: readonly string[]
}

function othersThan(whose: Compartment, places: readonly SharedPlace[]): Others {
  const isOwn = ({member}: SharedPlace) => whose === null || member === whose
  return {
    around: new Set(places.filter((it) => !isOwn(it)).flatMap(({path}) => withFoldersAround(path))),
    own: places.filter(isOwn).map(({path}) => path),
  }
}

/** What of a place that an Arr keeps counts: of one that lies around places of others only what is its owner's. */
function countingFor(path: string, whose: Compartment, {around, own}: Others): readonly string[] {
  const place = foldedPath(path)
  if (whose === null || !around.has(place)) return [path]
  return own.filter((it) => withFoldersAround(it).includes(place))
}

/** What is remembered has an end, whatever an Arr says. */
function shortened({own, waiting, items}: KeptFolders): KeptFolders {
  let left = MOST_REMEMBERED
  const fitting = (paths: readonly string[]) => paths.filter((path) => (left -= path.length) >= 0)
  return {own: fitting(own), waiting: fitting(waiting), items: fitting(items)}
}
