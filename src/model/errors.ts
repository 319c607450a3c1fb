/**
 * What can ruin the day of one call. Each has a stable `code` (all of them stand in `docs/reference/errors.md`), the ids it
 * concerns and its cause; none carries a secret. Thrown deep, caught once by the loop that owns the work.
 */
import type {Confirmation} from './command.ts'
import type {HealthReason} from './server.ts'
import type {EpochMs} from './units.ts'

export const errorCodes = [
  // reaching a server
  'server_unreachable',
  'login_refused',
  'login_banned',
  'wrong_server',
  'answer_invalid',
  'server_failed',
  'rate_limited',
  'version_incompatible',
  'session_lost',
  // asking something of it
  'command_refused',
  'not_supported',
  'torrent_not_found',
  'torrent_invalid',
  'bad_argument',
  // the executor's own no
  'server_not_online',
  'server_unknown',
  'server_not_in_doubt',
  'server_id_required',
  'content_shared',
  'content_unknown',
  'path_occupied',
  'moves_torrents',
  'not_enough_space',
  'space_unknown',
  'changed_meanwhile',
  'path_refused',
  'disk_failed',
  'unconfirmed',
  'selection_unknown',
  'action_unknown',
  'trash_unknown',
  'trash_impossible',
  'undo_impossible',
  'retry_impossible',
  'cancel_impossible',
  'cancelled',
  'range_refused',
  'too_many_actions',
  'too_expensive',
  // who may
  'setup_needed',
  'setup_done',
  'sign_in_refused',
  'code_required',
  'too_many_attempts',
  'quota_used_up',
  'session_required',
  'csrf_refused',
  'weak_password',
  'invitation_invalid',
  'provider_failed',
  // what people keep here
  'user_unknown',
  'name_taken',
  'last_administrator',
  'user_has_servers',
  'key_unknown',
  'session_unknown',
  'view_unknown',
  'arr_unknown',
  'library_item_unknown',
  'search_unknown',
  'profile_switch_unknown',
  'arr_not_ready',
  'arr_finding_gone',
  'arr_busy',
  'releases_unknown',
  'release_rejected',
  'not_ready',
  'process_unknown',
  'disk_unknown',
  'rule_unknown',
  'rule_untried',
  'rule_matches_all',
  'tracker_profile_unknown',
  'owing_would_end',
  'address_forbidden',
  'folder_forbidden',
  'file_changed',
  'import_invalid',
  // storage
  'storage_unavailable',
  'storage_full',
  'storage_read_only',
  'storage_busy',
  'storage_newer',
  'storage_damaged',
  'secret_unreadable',
  // doors
  'bad_request',
  'not_found',
  'moved',
  'unauthorised',
  'forbidden',
  'method_not_allowed',
  'unsupported_media_type',
  'payload_too_large',
  'headers_too_large',
  'request_timeout',
  'expectation_failed',
  'upgrade_required',
  'too_many_sockets',
  'starting',
  'shutting_down',
  'config_invalid',
  'internal',
] as const
export type ErrorCode = (typeof errorCodes)[number]

export class CommodarrError extends Error {
  readonly code: ErrorCode
  /** Ids and values it concerns, safe to show. */
  readonly about: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    about: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : {cause})
    this.name = new.target.name
    this.code = code
    this.about = about
  }
}

/** A failure that says something about the server's health: which reason, and whether the request got there. */
export class ServerFault extends CommodarrError {
  readonly reason: HealthReason
  /**
   * True when the server may have carried the request out anyway (no answer, cut answer): a command that fails
   * so is `unconfirmed`, never `failed`.
   */
  readonly outcomeUnknown: boolean
  /** The server itself said when to come back (ban, Retry-After). */
  readonly retryAt: EpochMs | null
  /** Not a byte came for too long: more time in all would not have helped. */
  readonly wasSilent: boolean
  /** A log-in went out and its answer is missing: it may have been refused, and counts there. */
  readonly isLoginOpen: boolean

  constructor(
    code: ErrorCode,
    reason: HealthReason,
    message: string,
    more: {
      about?: Readonly<Record<string, unknown>>
      cause?: unknown
      outcomeUnknown?: boolean
      retryAt?: EpochMs | null
      wasSilent?: boolean
      isLoginOpen?: boolean
    } = {},
  ) {
    super(code, message, more.about, more.cause)
    this.reason = reason
    this.outcomeUnknown = more.outcomeUnknown ?? false
    this.retryAt = more.retryAt ?? null
    this.wasSilent = more.wasSilent ?? false
    this.isLoginOpen = more.isLoginOpen ?? false
  }
}

/** A refusal that a person may confirm. */
export class NeedsConfirmation extends CommodarrError {
  readonly confirmWith: Confirmation

  constructor(
    code: ErrorCode,
    message: string,
    confirmWith: Confirmation,
    about: Readonly<Record<string, unknown>> = {},
  ) {
    super(code, message, about)
    this.confirmWith = confirmWith
  }
}

/** Too many refusals from there or for this name: nothing is looked at before `retryAt`. */
export class TooManyAttempts extends CommodarrError {
  readonly retryAt: EpochMs

  constructor(retryAt: EpochMs, message = 'Too many refused logins. Wait a little.') {
    super('too_many_attempts', message)
    this.retryAt = retryAt
  }
}

/** One user took as much of what is everybody's as one user may; more of it comes back. */
export class QuotaUsedUp extends CommodarrError {
  readonly retryAt: EpochMs

  constructor(retryAt: EpochMs, message: string) {
    super('quota_used_up', message)
    this.retryAt = retryAt
  }
}

/** The server understood and said no; its own words are in the message. */
export class CommandRefused extends CommodarrError {
  constructor(message: string, about: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super('command_refused', message, about, cause)
  }
}

/** This kind or version of server cannot do that. */
export class NotSupported extends CommodarrError {
  constructor(message: string, about: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super('not_supported', message, about, cause)
  }
}

/** Also what somebody is told of a server that he may not see: one answer for both, so that it tells neither. */
export class ServerUnknown extends CommodarrError {
  constructor(serverId: string) {
    super('server_unknown', 'There is no server with this id.', {serverId})
  }
}

export class TorrentNotFound extends CommodarrError {
  constructor(about: Readonly<Record<string, unknown>>) {
    super('torrent_not_found', 'The server has no torrent with this hash.', about)
  }
}

/** An argument that cannot be sent as it is: names the field, what was found and what is accepted. */
export class BadArgument extends CommodarrError {
  constructor(message: string, about: Readonly<Record<string, unknown>> = {}) {
    super('bad_argument', message, about)
  }
}
