/**
 * Files of the built pages that tests name. Only these names can be asked about, and `first-load.web.test.ts` looks in
 * every run whether the build has each of them: a test that waits for none, or expects one not to come, never goes stale.
 */
import type {Page} from 'playwright-core'

/** What the frame of all pages begins with. */
export const START = 'index'
/** The page with the list of torrents. */
export const LIST = 'TorrentsPage'
/** What every page opens with its first click. */
export const LAYERS = 'layers'
/** What the list fetches once its rows are there, as a first key opens it. */
export const aheadOfKeys = ['ActionDialog', 'DetailsPanel', 'Palette'] as const
/** What comes when it is opened or pointed at. */
export const onDemand = [
  'AddDialog',
  'AttentionList',
  'DisplayPanel',
  'KeysDialog',
  'OpenServerDialog',
  'PageHead',
  'RuleForm',
  'RulesPage',
] as const

export const chunkNames = [START, LIST, LAYERS, ...aheadOfKeys, ...onDemand] as const

type ChunkName = (typeof chunkNames)[number]

/** The address of its script. */
export function scriptOf(name: ChunkName): RegExp {
  return new RegExp(String.raw`/assets/${name}-[\w-]{8}\.js$`)
}

/**
 * Files that are lost on their way to this page, as long as their names are in the set. Requests go through here from now on:
 * turned on and off, that itself would disturb what is under way.
 */
export async function losing(page: Page, status?: number): Promise<Set<ChunkName>> {
  const lost = new Set<ChunkName>()
  await page.route(/\/assets\/.*\.js$/, (route) => {
    const isLost = chunksIn([route.request().url()], [...lost]).length > 0
    if (!isLost) return route.continue()
    return status === undefined ? route.abort() : route.fulfill({status})
  })
  return lost
}

/** Those of these names whose script is among the addresses. */
export function chunksIn(addresses: Iterable<string>, names: readonly ChunkName[]): readonly ChunkName[] {
  const all = [...addresses]
  return names.filter((name) => all.some((it) => scriptOf(name).test(it)))
}
