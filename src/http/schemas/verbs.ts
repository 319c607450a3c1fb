/** What can be asked of torrents and servers: one schema per verb, so that no verb can be forgotten. */
import {z} from 'zod'
import type {Snake} from '#lib/snake-case.ts'
import {filePriorities, type PlainTorrentVerb, type TorrentVerbs} from '#model/command.ts'
import {acceptedAddresses, isAddress, type AddressKind} from '#model/torrent-addresses.ts'
import {priorities} from '#model/torrent.ts'
import {TorrentKeySchema} from './torrent.ts'
import {namesOfAdditions, withOtherNames} from '../answers/other-names.ts'
import {shareLimit, speedLimit} from './units.ts'

const none = z.strictObject({})
const path = (says: string) => z.string().min(1).max(4096).describe(says)
const named = (says: string) => z.string().min(1).max(1024).describe(says)
const many = (says: string) => z.array(z.string().min(1).max(4096)).min(1).max(1000).describe(says)
const onOff = z.strictObject({on: z.boolean().describe('true = on')})

export const tagList = many('Tags')
/** What somebody who was told which torrents move says. */
export const movesWords =
  'true = also where the server moves torrents by it, as the answer `moves_torrents` says'

/** Such an address as the pages take it, too. */
const address = (kind: AddressKind) =>
  z
    .string()
    .min(1)
    .max(4096)
    .refine((it) => isAddress(it, kind), acceptedAddresses[kind])
const newAddresses = (kind: AddressKind, says: string) =>
  z.array(address(kind)).min(1).max(1000).describe(says)

export const peerList = newAddresses('peer', 'Peers as ip:port or [ip6]:port')
/** What torrents have already may be malformed. */
const urlList = many('URLs')

/** What he was told of others' files (409 `content_shared`, `path_occupied`, `content_unknown`, `space_unknown`) and wants anyway. */
export const confirmed = {
  accepts_others: z
    .boolean()
    .optional()
    .describe(
      'true = also where other torrents lose files by it, or files that are there are replaced or changed',
    ),
  accepts_doubt: z
    .boolean()
    .optional()
    .describe(
      'true = also where it is unknown whether other torrents use these files, or whether there is enough space',
    ),
}

const onlyConfirmed = z.strictObject(confirmed)

/** The arguments of each verb on torrents, by the names of the wire. */
export const torrentVerbArgs = {
  start: onlyConfirmed,
  forceStart: onlyConfirmed,
  stop: onlyConfirmed,
  recheck: none,
  reannounce: none,
  setLocation: z.strictObject({
    path: path('Absolute folder on the server'),
    move_data: z.boolean().describe('false = the data is there already'),
    ...confirmed,
  }),
  rename: z.strictObject({name: named('New display name'), ...confirmed}),
  renameFile: z.strictObject({
    from: path('Path inside the torrent'),
    to: path('New path inside the torrent'),
    ...confirmed,
  }),
  renameFiles: z.strictObject({
    files: z
      .array(z.strictObject({from: path('Path inside the torrent'), to: path('New path inside the torrent')}))
      .min(1)
      .max(10_000)
      .describe('Files of the torrent: all of them are renamed, or none'),
    ...confirmed,
  }),
  renameFolder: z.strictObject({
    from: path('Path inside the torrent'),
    to: path('New path inside the torrent'),
    ...confirmed,
  }),
  setCategory: z.strictObject({
    category: z.string().max(1024).describe("'' removes the category"),
    ...confirmed,
  }),
  addTags: z.strictObject({tags: tagList}),
  removeTags: z.strictObject({tags: tagList}),
  setTags: z.strictObject({
    tags: z.array(z.string().min(1).max(1024)).max(1000).describe('All its tags; [] = none'),
  }),
  setFilePriority: z.strictObject({
    files: z.array(z.number().int().min(0)).min(1).max(100_000).describe('Indexes as in the list of files'),
    priority: z.enum(filePriorities).describe('skip = not wanted'),
  }),
  addTrackers: z.strictObject({
    tiers: z
      .array(newAddresses('tracker', 'Announce URLs'))
      .min(1)
      .max(100)
      .describe('Announce URLs, each list one tier below the ones before it'),
  }),
  editTracker: z.strictObject({
    from: path('Announce URL as it is'),
    to: address('tracker').describe('Announce URL as it shall be'),
  }),
  removeTrackers: z.strictObject({urls: urlList}),
  addPeers: z.strictObject({peers: peerList}),
  addWebSeeds: z.strictObject({urls: newAddresses('web', 'URLs')}),
  removeWebSeeds: z.strictObject({urls: urlList}),
  setSpeedLimits: z.strictObject({
    down: speedLimit('Download limit').optional(),
    up: speedLimit('Upload limit').optional(),
  }),
  setShareLimits: z.strictObject({
    ratio: shareLimit('Ratio').optional(),
    seeding_time: shareLimit('Seconds of seeding').optional(),
    idle_time: shareLimit('Idle seconds').optional(),
    ...confirmed,
  }),
  moveInQueue: z.strictObject({to: z.enum(['top', 'up', 'down', 'bottom']).describe('Where in the queue')}),
  setPriority: z.strictObject({priority: z.enum(priorities).describe('Bandwidth priority')}),
  setSuperSeeding: onOff,
  setSequential: onOff,
  setFirstLast: onOff,
  setAutoManaged: onOff.extend(confirmed),
  setComment: z.strictObject({comment: z.string().max(10_000).describe('New comment')}),
} satisfies {[V in PlainTorrentVerb]: z.ZodType<WireArgs<TorrentVerbs[V]>>}

type WireArgs<T> = string extends keyof T ? object : {[K in keyof T as Snake<K & string>]: T[K]}

/** Verbs that name one thing inside one torrent. */
const single: ReadonlySet<PlainTorrentVerb> = new Set([
  'rename',
  'renameFile',
  'renameFiles',
  'renameFolder',
  'setFilePriority',
])

const keys = z
  .array(TorrentKeySchema)
  .min(1)
  .max(10_000)
  .describe('The torrents, on whichever servers; results come back in this order')
const oneKey = keys.max(1).describe('One torrent: the arguments are about its inside')

export const plainVerbs = Object.keys(torrentVerbArgs) as PlainTorrentVerb[]

/** Torrents one by one, or a set that was frozen before: one of both. */
export const selectedTorrents = {
  keys: keys.optional(),
  selection_id: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Of POST /api/torrents/selections; instead of keys'),
}

export function hasOneChoice(body: {keys?: unknown; selection_id?: unknown}): boolean {
  return (body.keys === undefined) !== (body.selection_id === undefined)
}

export const oneChoiceNeeded = {path: ['keys'], message: 'either keys or selection_id, one of them'}

function actionOf(verb: PlainTorrentVerb) {
  const args = torrentVerbArgs[verb]
  const needsNone = args === none || args === onlyConfirmed
  const about = {verb: z.literal(verb), args: needsNone ? args.optional() : args}
  if (single.has(verb)) return z.strictObject({...about, keys: oneKey})
  return z.strictObject({...about, ...selectedTorrents}).refine(hasOneChoice, oneChoiceNeeded)
}

const freeAtOnce = z
  .boolean()
  .describe('true = skip the trash: what is deleted cannot be restored. false = into the trash, for 7 days')

const acceptsDoubt = z
  .boolean()
  .describe(
    'true = also where a server may have the data that is away, or whose folders are not mapped (`kept` of the preview)',
  )

const removalWay = z.strictObject({
  free_at_once: freeAtOnce.optional(),
  free_on: z
    .array(z.string().min(1).max(200))
    .max(1000)
    .optional()
    .describe(
      'Servers where files that cannot go into the trash are deleted permanently (`no_trash` of the preview); elsewhere these ' +
        'torrents are refused',
    ),
  accepts_doubt: acceptsDoubt.optional(),
})

const removals = (['remove', 'removeWithData'] as const).map((verb) =>
  z
    .strictObject({
      verb: z.literal(verb),
      ...selectedTorrents,
      args: removalWay.optional(),
      hold_seconds: z
        .number()
        .int()
        .min(0)
        .max(60)
        .optional()
        .describe('Send it only after so many seconds, unless it is taken back; absent or 0 = now'),
    })
    .refine(hasOneChoice, oneChoiceNeeded),
)

const [firstRemoval, ...otherRemovals] = removals

/** One verb on many torrents across servers. */
export const ActionSchema = z
  .discriminatedUnion('verb', [firstRemoval!, ...otherRemovals, ...plainVerbs.map(actionOf)])
  .meta({id: 'Action', description: 'One verb on many torrents across servers.'})

const addOptions = {
  save_path: path("Folder for the data; absent = the server's or category's").optional(),
  category: z.string().max(1024).optional().describe("'' or absent = none"),
  tags: z.array(z.string().min(1).max(1024)).max(1000).optional().describe('Tags'),
  start: z.boolean().default(true).describe('false = add it stopped'),
  force_start: z.boolean().optional().describe('Start it past the queue'),
  skip_check: z.boolean().optional().describe('Skip the hash check: existing files are assumed complete'),
  sequential: z.boolean().optional().describe('Download in order'),
  first_last: z.boolean().optional().describe('First and last pieces first'),
  down_limit: z.number().int().min(1).optional().describe('Download limit; bytes/s'),
  up_limit: z.number().int().min(1).optional().describe('Upload limit; bytes/s'),
  ratio_limit: shareLimit('Ratio at which the server stops it').optional(),
  seeding_time_limit: shareLimit('Seconds of seeding at which the server stops it').optional(),
  rename: named('Display name').optional(),
  stop_condition: z
    .enum(['none', 'metadata', 'filesChecked'])
    .optional()
    .describe('When to stop it automatically'),
  content_layout: z
    .enum(['original', 'subfolder', 'noSubfolder'])
    .optional()
    .describe('Folder around the files'),
  top_of_queue: z.boolean().optional().describe('First in the queue'),
  cookies: z.string().max(4096).optional().describe('Cookies for fetching the URL; kept secret'),
  ...confirmed,
}

/** Trackers and peers that a link brings are held to what those that are typed are; one without a value says nothing. */
function refuseMalformedParts(link: string, context: z.core.$RefinementCtx<string>): void {
  for (const [name, value] of new URLSearchParams(link.slice('magnet:?'.length))) {
    const kind = partsOfLinks.find(({pattern}) => pattern.test(name))?.kind
    if (kind === undefined || value === '' || isAddress(value, kind)) continue
    context.addIssue({
      code: 'custom',
      input: value,
      message: `as \`${name}\` of the link ${acceptedAddresses[kind]}`,
    })
  }
}

const partsOfLinks = [
  {pattern: /^tr(\.\d+)?$/i, kind: 'tracker'},
  {pattern: /^x\.pe(\.\d+)?$/i, kind: 'peer'},
] as const

const serverId = z.string().min(1).describe('Server to add it to')

const addBody = z
  .strictObject({
    server_id: serverId,
    magnet: z
      .string()
      .startsWith('magnet:?', 'a link that begins with magnet:?')
      .max(65_536)
      .superRefine(refuseMalformedParts)
      .optional()
      .describe('Magnet link; this or url'),
    url: z
      .url({protocol: /^https?$/, error: 'an address that begins with http:// or https://'})
      .max(8192)
      .optional()
      .describe('Where the server fetches the .torrent; this or magnet'),
    ...addOptions,
  })
  .refine((body) => (body.magnet === undefined) !== (body.url === undefined), {
    path: ['magnet'],
    message: 'either magnet or url, one of them',
  })
  .meta({id: 'AddTorrent', description: 'A torrent to add, by magnet link or URL.'})
export const AddBodySchema = withOtherNames(addBody, namesOfAdditions)

export const UploadFieldsSchema = z
  .strictObject({server_id: serverId, ...addOptions})
  .meta({id: 'UploadFields'})
