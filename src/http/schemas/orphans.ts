/** Files that no torrent claims, as they travel. */
import {z} from 'zod'
import {missingReasons, orphanHolds, sparedReasons} from '#model/orphans.ts'
import {at, bytes, count, flag, text} from './units.ts'

const server = {server_id: text('Server'), server_name: text('What the server is called')}

const MissingServerSchema = z.object({
  ...server,
  why: z
    .enum(missingReasons)
    .describe(
      'offline, warming, never_listed, short_list, too_new (it came back less than ten minutes ago): what it has is unknown. not_mapped, no_path: our path of some of its torrents is unknown; map the path. moving: it moves some of its torrents, and no list says where to; wait for it, or where it is switched off, switch it on or delete it. settings_unread: it did not report its settings, which name folders that it writes to or watches itself. folder_missing, linked_folder: a folder that it is mapped to is not there, or is reached through a link. contents_missing: what it has is not where its mapping says. mapping_contradicted: the files where its mapping leads are not its own',
    ),
  torrents: count('Of so many torrents it is so; 0 = of the server as a whole'),
})

const FolderSchema = z
  .object({
    path: text('As Commodarr sees it'),
    servers: z.array(z.object(server)).describe('That may have something there'),
    held: z
      .object({
        why: z
          .enum(orphanHolds)
          .describe(
            'servers_missing: see missing. not_proven: nothing that is whole was found there. library_unknown: an Arr does not report where its library is. kept: a file .commodarr-keep is there',
          ),
        detail: text('For people; may be empty'),
        missing: z.array(MissingServerSchema),
      })
      .nullable()
      .describe('Why nothing in it is an orphan; null = it was looked at'),
    claimed: count('Of what is directly in it, torrents claim so many'),
    orphans: count('No torrent claims so many'),
    spared: count('So many are in doubt, and stay'),
    bytes: bytes('Its orphans take'),
  })
  .meta({id: 'OrphanFolder', description: 'A folder that servers save torrents to.'})

const OrphanSchema = z
  .object({
    id: text('Of exactly these files: once one of them changes it is another one'),
    path: text('As Commodarr sees it'),
    is_folder: flag('A folder with all its files'),
    files: count('Files'),
    bytes: bytes('What they take'),
    changed_at: at('When the last of them was changed'),
    seen_since: at('Since when no torrent claims it, as far as this program saw'),
    deletable_at: at('From when on it may be deleted without the trash'),
  })
  .meta({id: 'Orphan', description: 'A file or folder that no torrent of any server claims.'})

const SparedSchema = z.object({
  path: text('As Commodarr sees it'),
  why: z
    .enum(sparedReasons)
    .describe(
      'young: changed within a day. unfinished: it may still be downloading. linked: a hard link elsewhere, as of a library, has the same bytes, so nothing would be freed. named: it is called like a torrent. library: of an Arr. kept: a file .commodarr-keep is in it. torrent_files: a .torrent or .magnet file is in it, so a client may keep or watch it. hidden, unreadable, too_many: not scanned',
    ),
  about: text('The file that it is for'),
})

export const OrphanListSchema = z.object({
  is_looking: flag('They are being looked for now'),
  progress: z
    .object({done: count('Folders that were looked at'), all: count('Of so many')})
    .nullable()
    .describe('Of the look that goes on; null = none goes on, or it is not known yet'),
  next_at: at('When they are scanned for automatically'),
  started_at: at('When the last look began; null = none since the program started').nullable(),
  ended_at: at('When it ended; null = as started_at').nullable(),
  folders: z.array(FolderSchema),
  orphans: z.array(OrphanSchema).describe('The largest first'),
  spared: z.array(SparedSchema).describe('No torrent claims it, but it is not an orphan'),
  left_off: z.object({orphans: count('Orphans that did not fit in'), spared: count('Spared ones')}),
})

export const OrphanOrderSchema = z
  .strictObject({
    ids: z.array(z.string().min(1).max(64)).min(1).max(100).describe('As the list has them'),
    confirm: z
      .strictObject({files: z.number().int().min(0), bytes: z.number().int().min(0)})
      .describe('What they are together, as the list has it: if they are not, nothing is done'),
    dry_run: z.boolean().default(false).describe('true = everything is looked at as if, and nothing done'),
  })
  .meta({id: 'OrphanOrder'})

export const OrphanResultsSchema = z.object({
  results: z.array(
    z.object({
      id: text('Orphan'),
      path: text('Empty = it is not in the list'),
      outcome: z
        .enum(['begun', 'would', 'refused'])
        .describe('begun: recorded, and being moved; the journal shows its end. would: in a dry run'),
      code: text('Why not; null = nothing stands in the way').nullable(),
      message: text('The same, for people').nullable(),
    }),
  ),
  files: count('Of those that are moved, or would be'),
  bytes: bytes('What they take'),
})
