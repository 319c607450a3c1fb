/**
 * Every refusal and failure leaves as a problem document (RFC 9457) with a stable code. One table says which HTTP
 * status a code has; what nobody foresaw becomes `internal`, with its story in the log alone.
 */
import type {FastifyReply, FastifyRequest} from 'fastify'
import type {Clock} from '#lib/clock.ts'
import {
  CommodarrError,
  NeedsConfirmation,
  QuotaUsedUp,
  ServerFault,
  TooManyAttempts,
  type ErrorCode,
} from '#model/errors.ts'
import type {EpochMs} from '#model/units.ts'
import {DraftInvalid, type DraftFault} from '#registry/owned/draft.ts'
import {ImportInvalid} from '#registry/import/listed.ts'
import {RuleInvalid} from '#registry/rules/draft.ts'
import type {RuleMistake} from '#rules/rule-mistakes.ts'
import {mostFieldErrors, RequestInvalid} from './field-errors.ts'
import type {FieldError, Problem} from '../schemas/answers.ts'
import {shownMessage} from './storage-words.ts'

/** 4xx: ask differently; 502 to 504: a torrent server stands between. */
export const statusOf: Readonly<Record<ErrorCode, number>> = {
  server_unreachable: 502,
  login_refused: 502,
  login_banned: 502,
  wrong_server: 502,
  answer_invalid: 502,
  server_failed: 502,
  rate_limited: 503,
  version_incompatible: 502,
  session_lost: 502,
  command_refused: 422,
  not_supported: 422,
  torrent_not_found: 404,
  torrent_invalid: 422,
  bad_argument: 400,
  server_not_online: 503,
  server_unknown: 404,
  server_not_in_doubt: 409,
  server_id_required: 409,
  content_shared: 409,
  content_unknown: 409,
  path_occupied: 409,
  moves_torrents: 409,
  not_enough_space: 409,
  space_unknown: 409,
  changed_meanwhile: 409,
  path_refused: 422,
  disk_failed: 503,
  unconfirmed: 504,
  selection_unknown: 404,
  action_unknown: 404,
  trash_unknown: 404,
  trash_impossible: 409,
  undo_impossible: 409,
  retry_impossible: 409,
  cancel_impossible: 409,
  cancelled: 409,
  range_refused: 416,
  too_many_actions: 429,
  too_expensive: 422,
  setup_needed: 401,
  setup_done: 409,
  sign_in_refused: 401,
  code_required: 401,
  too_many_attempts: 429,
  quota_used_up: 429,
  session_required: 403,
  csrf_refused: 403,
  weak_password: 422,
  invitation_invalid: 404,
  provider_failed: 502,
  user_unknown: 404,
  name_taken: 409,
  last_administrator: 409,
  user_has_servers: 409,
  key_unknown: 404,
  session_unknown: 404,
  view_unknown: 404,
  arr_unknown: 404,
  library_item_unknown: 404,
  search_unknown: 404,
  profile_switch_unknown: 404,
  arr_not_ready: 503,
  arr_finding_gone: 409,
  arr_busy: 409,
  releases_unknown: 404,
  release_rejected: 409,
  not_ready: 503,
  process_unknown: 404,
  disk_unknown: 404,
  rule_unknown: 404,
  rule_untried: 409,
  rule_matches_all: 409,
  tracker_profile_unknown: 404,
  owing_would_end: 409,
  address_forbidden: 422,
  folder_forbidden: 403,
  file_changed: 409,
  import_invalid: 422,
  storage_unavailable: 503,
  storage_full: 507,
  storage_read_only: 503,
  storage_busy: 503,
  storage_newer: 503,
  storage_damaged: 503,
  secret_unreadable: 422,
  bad_request: 400,
  not_found: 404,
  moved: 410,
  unauthorised: 401,
  forbidden: 403,
  method_not_allowed: 405,
  unsupported_media_type: 415,
  payload_too_large: 413,
  headers_too_large: 431,
  request_timeout: 408,
  expectation_failed: 417,
  upgrade_required: 426,
  too_many_sockets: 429,
  starting: 503,
  shutting_down: 503,
  config_invalid: 422,
  internal: 500,
}

const titles: Partial<Record<ErrorCode, string>> = {
  unconfirmed: 'The server did not say whether it was done',
  server_id_required: 'It must be said on which server',
  internal: 'Something broke inside Commodarr',
}

/** The code in words: a sentence of its own where one stands above, else the code itself. */
export function titleOf(code: ErrorCode): string {
  const plain = code.replaceAll('_', ' ')
  return titles[code] ?? plain.charAt(0).toUpperCase() + plain.slice(1)
}

type Extra = Pick<Problem, 'errors' | 'servers' | 'confirm_with'>

export function problem(code: ErrorCode, detail: string, requestId: string, extra: Extra = {}): Problem {
  return {
    type: `urn:commodarr:problem:${code}`,
    title: titleOf(code),
    status: statusOf[code],
    code,
    detail,
    request_id: requestId,
    ...extra,
  }
}

export function sendProblem(reply: FastifyReply, document: Problem): FastifyReply {
  return reply
    .code(document.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(document)
}

/** `null` = nobody can say when it is worth asking again. */
function retryAtOf(error: CommodarrError): EpochMs | null {
  const hasRetryTime =
    error instanceof ServerFault || error instanceof TooManyAttempts || error instanceof QuotaUsedUp
  return hasRetryTime ? error.retryAt : null
}

/** Answers to whatever a route or Fastify itself threw. */
export function errorHandler(clock: Clock) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = asCommodarrError(error)
    if (known === null) {
      request.log.error({err: error}, 'a request broke')
      const detail = 'Nothing you sent should cause this. See the log under the request id.'
      return sendProblem(reply, problem('internal', detail, request.id))
    }
    const retryAt = retryAtOf(known)
    if (retryAt !== null) reply.header('retry-after', Math.max(1, Math.ceil((retryAt - clock.now()) / 1000)))
    const code = isReading(request) ? known.code : changeCode(known)
    if (statusOf[code] === 401) reply.header('www-authenticate', 'Bearer realm="Commodarr"')
    return sendProblem(reply, problem(code, shownMessage(known), request.id, extraOf(known)))
  }
}

/** The code of a failed change: when no answer came it may have been done anyway, so it did not "fail". */
export function changeCode(error: CommodarrError): ErrorCode {
  return error instanceof ServerFault && error.outcomeUnknown ? 'unconfirmed' : error.code
}

function isReading({method}: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** A refusal that names the servers to choose from. */
export class ServerChoiceNeeded extends CommodarrError {
  readonly servers: NonNullable<Problem['servers']>

  constructor(servers: NonNullable<Problem['servers']>) {
    const ids = servers.map((it) => it.server_id)
    super('server_id_required', `Say which one you mean with server_id: ${ids.join(', ')}.`, {servers: ids})
    this.servers = servers
  }
}

function extraOf(error: CommodarrError): Extra {
  if (error instanceof RequestInvalid) return {errors: [...error.errors]}
  if (error instanceof DraftInvalid || error instanceof ImportInvalid) {
    return {errors: error.faults.map(asFieldError)}
  }
  if (error instanceof RuleInvalid) return {errors: error.mistakes.slice(0, mostFieldErrors).map(ofText)}
  if (error instanceof NeedsConfirmation) return {confirm_with: error.confirmWith}
  if (error instanceof ServerChoiceNeeded) {
    const accepted = error.servers.map((it) => it.server_id)
    return {servers: error.servers, errors: [{field: 'server_id', accepted}]}
  }
  return {}
}

/** Of the text of a rule, or of its document. */
function ofText({path, line, column, found, accepted, message: says}: RuleMistake): FieldError {
  const place = line === null || column === null ? {} : {line, column}
  return {field: path, found, accepted: [...accepted], says, ...place}
}

/** Of a draft or a list. */
export function asFieldError({field, found, accepted}: DraftFault): FieldError {
  const words = typeof accepted === 'string' ? accepted : [...accepted]
  return {field, accepted: words, ...(found !== undefined && {found})}
}

/**
 * Refusals of Fastify and its plugins by their names, in words of ours: theirs repeat what was sent, and some tell
 * where our files lie. Source: Fastify 5 docs, Reference/Errors; @fastify/multipart.
 */
const frameworkRefusals: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_BAD_URL: ['bad_request', 'The address is not well formed.'],
  FST_ERR_MAX_PARAM_LENGTH: ['bad_request', 'A part of the address is too long.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body is too large.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad_request', 'The body is not as long as Content-Length says.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['bad_request', 'The body is not JSON.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Bodies of this kind are not read here.'],
  FST_INVALID_MULTIPART_CONTENT_TYPE: ['unsupported_media_type', 'Send a form: multipart/form-data.'],
  FST_REQ_FILE_TOO_LARGE: ['payload_too_large', 'A file of the form is too large.'],
  FST_FILES_LIMIT: ['payload_too_large', 'The form holds too many files.'],
  FST_PARTS_LIMIT: ['payload_too_large', 'The form has too many parts.'],
  FST_FIELDS_LIMIT: ['payload_too_large', 'The form has too many fields.'],
  FST_PROTO_VIOLATION: ['bad_request', 'A field of the form has a name that is not accepted.'],
  FST_MP_PREMATURE_CLOSE: ['bad_request', 'The form is cut off.'],
}

/** `null` = nobody foresaw this. */
function asCommodarrError(error: unknown): CommodarrError | null {
  if (error instanceof CommodarrError) return error.code === 'internal' ? null : error
  if (!(error instanceof Error) || !('statusCode' in error)) return null
  const [code, detail] = refusalOf(error) ?? []
  return code === undefined ? null : new CommodarrError(code, detail!, {}, error)
}

function refusalOf(
  error: Error & {statusCode?: unknown; code?: unknown},
): readonly [ErrorCode, string] | null {
  const known = Object.hasOwn(frameworkRefusals, String(error.code)) && frameworkRefusals[String(error.code)]
  if (known) return known
  if (error.statusCode === 404) return ['not_found', 'There is nothing at this address.']
  const {statusCode} = error
  const isCallersFault = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
  return isCallersFault ? ['bad_request', 'The request cannot be read.'] : null
}

/** For what Fastify refuses before any hook runs. */
export function frameworkProblem(error: Error, requestId: string): Problem {
  const [code, detail] = refusalOf(error) ?? ['bad_request', 'The request cannot be read.']
  return problem(code, detail, requestId)
}
