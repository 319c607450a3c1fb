/** What can be changed of servers that the file declares: by rewriting the file, as its owner would have done it. */
import type {ServerDefinition, ServerKind} from '#model/server.ts'
import type {ServerId} from '#model/torrent-key.ts'

/** Everything that has a key in the file. */
export type FileServerField = Exclude<keyof ServerDefinition, 'id' | 'kind' | 'reach' | 'obstacle'>

/**
 * What the definition is to say; absent and `undefined` stay as they are, `null` takes the key out. `url` as a
 * definition has it, without credentials. `tls.ca` can stay as it is or become `null`: another authority belongs into
 * the file that `CAFile` names.
 */
export type FileServerPatch = {readonly [F in FileServerField]?: ServerDefinition[F] | undefined}

/**
 * Changes servers where the file declares them. When it answers the file is written and what it says is in force; when
 * it throws, the file is as it was.
 *
 * @throws {CommodarrError} `server_unknown`; `bad_argument` for what this kind has no key for, what can not be read
 *   back, and what an environment variable decides (named in the message); `file_changed` when the file was edited
 *   since it was read; `config_invalid` when it can not be parsed; `storage_read_only`, `storage_full`,
 *   `storage_unavailable`
 */
export interface FileServers {
  change(id: ServerId, patch: FileServerPatch): Promise<void>
  /** Its section goes, with the tables below it and the comments within. */
  remove(id: ServerId): Promise<void>
  /** A new section at the end of the file; `name` follows the dash of its header. */
  add(kind: ServerKind, name: string, server: FileServerPatch): Promise<ServerId>
}
