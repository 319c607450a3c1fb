/**
 * Which fields of a torrent are read at which pace, and what they hold. Unknown ones are left out of an answer; an empty
 * list of them means all, files and peers included, so it is never sent.
 * Source: `_create_status_funcs` in deluge/core/torrent.py of 2.0.3 and 2.2.0; `label` is the Label plugin's.
 */
import type {NativeRecord} from './wire.ts'

/** Change at any moment, and stand still where nothing happens: a torrent of which they are as before is not parsed. */
export const movingKeys: readonly string[] = [
  'name',
  'state',
  'message',
  'progress',
  'total_wanted',
  'total_remaining',
  'total_size',
  'all_time_download',
  'total_uploaded',
  'total_payload_download',
  'total_payload_upload',
  'download_payload_rate',
  'upload_payload_rate',
  'ratio',
  'eta',
  'num_seeds',
  'num_peers',
  'total_seeds',
  'total_peers',
  'distributed_copies',
  'completed_time',
  'queue',
  'auto_managed',
  'download_location',
  'move_completed',
  'move_completed_path',
  'tracker_status',
  'label',
]

/** Move with time alone, so they are read every ten seconds only. */
export const tickingKeys: readonly string[] = [
  'active_time',
  'seeding_time',
  'time_since_transfer',
  'next_announce',
]

export const hotKeys: readonly string[] = [...movingKeys, ...tickingKeys]

/** Change on command only. */
export const slowKeys: readonly string[] = [
  'time_added',
  'last_seen_complete',
  'private',
  'comment',
  'creator',
  'num_files',
  'num_pieces',
  'piece_length',
  'trackers',
  'max_download_speed',
  'max_upload_speed',
  'stop_at_ratio',
  'stop_ratio',
  'sequential_download',
  'prioritize_first_last_pieces',
  'super_seeding',
]

/** Deluge's word for a tracker that was asked and has not answered yet. */
export const ANNOUNCE_SENT = 'Announce Sent'

export function number(raw: NativeRecord, name: string): number | undefined {
  const value = raw[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

export function text(raw: NativeRecord, name: string): string | undefined {
  const value = raw[name]
  return typeof value === 'string' ? value : undefined
}

export function flag(raw: NativeRecord, name: string): boolean | undefined {
  const value = raw[name]
  return typeof value === 'boolean' ? value : undefined
}

/** Records of a list; anything else in it is left out. */
export function records(raw: NativeRecord, name: string): NativeRecord[] {
  const list = raw[name]
  return Array.isArray(list)
    ? list.filter((one): one is NativeRecord => typeof one === 'object' && one !== null)
    : []
}
