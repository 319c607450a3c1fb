/** What Arrs are asked for people, and which folders they keep for themselves. */
import {mainThreadPolicyFor, type AskArr} from '#arr-client/ask-arr.ts'
import {discover, recentDownloads, type ArrSetup} from '#arr-client/discover.ts'
import {examine} from '#arr-client/doctor.ts'
import {applyFix, inverseOf, type DoctorFinding} from '#arr-client/doctor-finding.ts'
import {readDownloadClients} from '#arr-client/api/download-clients.ts'
import type {ArrPort} from '#arr-client/api/port.ts'
import {itemOfArr} from '#arr-client/item-of-arr.ts'
import {classOfRelease} from '#arr-client/release-class.ts'
import {itemFolders, ownFolders} from '#arr-client/path-mapping.ts'
import {openRequestManager} from '#arr-client/request-managers.ts'
import type {RequestPollsDeps} from '#automation/supervision/request-polls.ts'
import {isLoopback} from '#clients/http.ts'
import {isContainer} from '#config/places.ts'
import {toOurs} from '#disk/path-mapping.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import {mediaIdIn, mediaKindIn, type ArrClientSettings, type FoundRelease} from '#model/arr.ts'
import type {LibraryAsker} from '#orphans/arr-libraries.ts'
import type {ArrPostersDeps} from '#registry/arrs/posters.ts'
import type {
  ArrAsker,
  ArrFinding,
  ArrIdentity,
  ArrWay,
  FoundArr,
  OurSide,
  ReleaseAsker,
} from '#model/arr-service.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import {seasonIn} from '#model/searching.ts'
import {isInPlace, type ArrFixes} from './arr-fixes.ts'

/** What is removed after seeding we remove. */
const removes = true

/** What it grabbed longer ago has mostly left its server. */
const RECENT_MS = 14 * 86_400_000

/** @param fixes how settings were before they were repaired */
export function arrAsker(ask: AskArr, clock: Pick<Clock, 'now'>, fixes: ArrFixes): ArrAsker {
  return {
    status: (way) => ask(way, async ({status}) => status, 'whoItIs'),
    discover: (way, ours) =>
      ask(
        way,
        async (port) => {
          const setup = await discover(port)
          const downloads = await recentDownloads(port, setup.queue, clock.now() - RECENT_MS)
          const fixed = ours === null ? [] : fixes.inPlace(way.url, setup)
          return {...foundIn(setup, way, ours), downloads, fixed}
        },
        'whoItIs',
      ),
    clients: async ({reach, ...address}) =>
      readDownloadClients(address, mainThreadPolicyFor(address.url, reach)),
    diagnose: (way, ours) => ask(way, async (port) => findingsOf(await discover(port), way, ours).map(shown)),
    item: (way, id, queue) => ask(way, (port) => itemOfArr(port, id, queue)),
    fix: (way, ours, code, about) =>
      ask(way, async (port) => {
        const setup = await discover(port)
        const findings = findingsOf(setup, way, ours)
        const meant = findings.filter((it) => it.code === code && (about === null || it.about === about))
        const fixed: ArrFinding[] = []
        for (const finding of meant) {
          const {fix, about, sentence} = finding
          if (fix === null) continue
          const inverse = inverseOf(fix, setup)
          const kept = inverse && {url: way.url, code, about, sentence, fix, inverse}
          // First how to put it back, then the change: a crash between both leaves nothing that cannot be undone.
          if (kept) await fixes.keep(kept)
          try {
            await applyFix(port, fix)
          } catch (error) {
            if (kept) await fixes.forget(kept)
            throw error
          }
          fixed.push(shown(finding))
        }
        return fixed
      }),
    undoFix: (way, code, about) =>
      ask(way, async (port) => {
        const kept = fixes.of(way.url, code, about)
        if (kept === null || !isInPlace(kept, await discover(port))) return false
        await applyFix(port, kept.inverse)
        await fixes.forget(kept)
        return true
      }),
  }
}

/** Each over a connection of its own: it is kept for a week. */
export function posterAsker(ask: AskArr): ArrPostersDeps['ask'] {
  return (way, of) => ask(way, (port) => port.poster(of))
}

/** Each over a connection of its own: a list takes minutes, and managers go on asking meanwhile. */
export function releaseAsker(ask: AskArr): ReleaseAsker {
  return {
    async releases(way, unit, signal) {
      const found = await ask(way, (port) => releasesOf(port, unit, signal))
      return found.map(({rejections, ...release}) => ({
        ...release,
        rejections: rejections.map((one) => ({class: classOfRelease(one), text: one.text})),
      }))
    },
    grab: (way, release) => ask(way, (port) => port.grab(release)),
  }
}

/** Of something that it does not have an Arr answers as if it were none. */
async function releasesOf(port: ArrPort, unit: string, signal: AbortSignal): Promise<FoundRelease[]> {
  const [season, id] = [seasonIn(unit), mediaIdIn(unit)]
  if (season !== null && port.media === 'episode') {
    const episodes = await port.itemsOf(season.seriesId, signal)
    if (!episodes.some((it) => it.seasonNumber === season.seasonNumber)) throw notInLibrary()
    return port.releases(season, signal)
  }
  if (id === null || mediaKindIn(unit) !== port.media)
    throw new BadArgument('Such an Arr has nothing of this kind.', {field: 'unit', found: unit})
  const item = port.media === 'movie' ? await port.item(id, signal) : await port.itemBelow(id, signal)
  if (item === null) throw notInLibrary()
  return port.releases({id}, signal)
}

function notInLibrary(): CommodarrError {
  return new CommodarrError('library_item_unknown', 'The library of this Arr has no such item.')
}

export function requestsOverNetwork(about: {
  readonly clock: Clock
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
}): RequestPollsDeps['open'] {
  return (kind, {reach, ...address}) =>
    openRequestManager(kind, address, mainThreadPolicyFor(address.url, reach), about)
}

export function libraryAsker(ask: AskArr): LibraryAsker {
  return {ownFolders: (way) => ask(way, ownFolders), itemFolders: (way) => ask(way, itemFolders)}
}

function foundIn(setup: ArrSetup, way: ArrWay, ours: OurSide | null): Omit<FoundArr, 'downloads' | 'fixed'> {
  const {status, mappings, rootFolders, profiles, requestManagers, clients} = setup
  const findings = findingsOf(setup, way, ours).map(shown)
  return {
    status,
    clients: {arr: identityOf(setup), clients},
    mappings,
    rootFolders,
    profiles,
    requestManagers,
    findings,
  }
}

function findingsOf(setup: ArrSetup, way: ArrWay, ours: OurSide | null): DoctorFinding[] {
  if (ours === null) return examine(setup, {removes, address: way.url})
  const arr = identityOf(setup)
  const beside = {
    category: ours.category,
    others: ours.others,
    passages: ours.passages,
    oursOf: toOurs,
    placeOf: (client: ArrClientSettings) => ours.placeOf(client, arr),
    contentOf: ours.contentOf,
    sharesFiles: isOnThisMachine(arr) && !isContainer(process.env),
  }
  return examine(setup, {removes, beside, address: way.url})
}

function identityOf({url, status: {app, name, version, inContainer}}: ArrSetup): ArrIdentity {
  return {app, name, version, inContainer, url}
}

/** Beside us, and in no container. */
function isOnThisMachine({url, inContainer}: ArrIdentity): boolean {
  return !inContainer && isLoopback(new URL(url).hostname)
}

function shown({code, severity, sentence, about, fix}: DoctorFinding): ArrFinding {
  return {code, severity, sentence, about, fixable: fix !== null}
}
