/** What is asked of a torrent's server when someone looks: files, trackers, peers, pieces, web seeds. */
import {z} from 'zod'
import {filePriorities} from '#model/command.ts'
import type {Peer, Pieces, TorrentFile, Tracker, WebSeed} from '#model/details.ts'
import type {Wire} from '../codec.ts'
import {at, bytes, bytesPerSecond, count, flag, share, text} from './units.ts'

export const FileSchema = z
  .object({
    index: count('Its place in the torrent, 0 first'),
    path: text('Path inside the torrent, / between the parts'),
    size: bytes('Size'),
    progress: share('Held'),
    priority: z.enum(filePriorities).describe('skip = not wanted'),
    availability: z.number().optional().describe('Full copies within reach'),
  })
  .meta({id: 'File'}) satisfies z.ZodType<Wire<TorrentFile>>

export const TrackerSchema = z
  .object({
    url: text('Announce URL; often holds a passkey, so keep it to yourself'),
    tier: count('0 is asked first'),
    status: z
      .enum(['disabled', 'waiting', 'working', 'updating', 'error', 'unreachable', 'unknown'])
      .describe('How it does'),
    message: text("Its own words; '' = none"),
    seeds: count('Seeds it knows').optional(),
    leeches: count('Leeches it knows').optional(),
    peers: count('Peers it gave').optional(),
    downloaded: count('Times it was completed').optional(),
    last_announce_at: at('Last announce; null = never').nullable().optional(),
    next_announce_at: at('Next announce; null = none planned').nullable().optional(),
  })
  .meta({id: 'Tracker'}) satisfies z.ZodType<Wire<Tracker>>

export const PeerSchema = z
  .object({
    address: text('ip:port or [ip6]:port'),
    client: text('Its program'),
    progress: share('What it holds'),
    down_speed: bytesPerSecond('From it'),
    up_speed: bytesPerSecond('To it'),
    downloaded: bytes('From it').optional(),
    uploaded: bytes('To it').optional(),
    flags: text("The server's own letters"),
    encrypted: flag('The connection is encrypted').optional(),
    incoming: flag('It connected to us').optional(),
    country: text('Country code').optional(),
  })
  .meta({id: 'Peer'}) satisfies z.ZodType<Wire<Peer>>

export const WebSeedSchema = z.object({url: text('Address')}).meta({id: 'WebSeed'}) satisfies z.ZodType<
  Wire<WebSeed>
>

export const PiecesSchema = z
  .object({
    size: bytes('Size of a piece'),
    count: count('Pieces'),
    states: text('One digit a piece: 0 missing, 1 downloading, 2 held'),
    availability: z.array(z.number()).optional().describe('Copies of each piece among the peers'),
  })
  .meta({id: 'Pieces'}) satisfies z.ZodType<Wire<Pieces>>
