/** What the server's answers mean when they are not what was asked for. */
import {ServerFault} from '#model/errors.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {EpochMs} from '#model/units.ts'
import {faultOfStatus, htmlFault, type HttpAnswer} from '../http.ts'

/** The answer's text, for comparing and for messages. */
export function textOf(answer: HttpAnswer): string {
  return answer.body.toString('utf8').trim()
}

/** By its bytes, not by its header: some proxies call everything `text/html`. */
export function looksLikeHtml(body: Buffer): boolean {
  return /^\s*<(!doctype|html|head|body|\?xml)/i.test(body.subarray(0, 200).toString('latin1'))
}

/** What a status means for the server's health, wherever it comes up. Never call it with an answer that is good. */
export function faultOfAnswer(
  answer: HttpAnswer,
  definition: Pick<ServerDefinition, 'url'>,
  nowMs: EpochMs,
): ServerFault {
  const general = faultOfStatus(answer, nowMs)
  if (general) return general
  const {status} = answer
  if (status >= 300 && status < 400) return redirected(answer)
  if (status === 401) return unauthorised(answer.headers['www-authenticate'])
  if (status === 403) return accessDenied(answer)
  if (status === 404) return notThere(definition)
  if (looksLikeHtml(answer.body)) return htmlFault(answer.body, 'qBittorrent')
  return new ServerFault('answer_invalid', 'garbled_answer', `The server answered ${status}.`)
}

/** Up to 5.1 a 401 is never about credentials; with a session it never is. */
function hostRejected(): ServerFault {
  return new ServerFault(
    'wrong_server',
    'host_rejected',
    'qBittorrent refused the Host or Origin of the request (401): a reverse proxy in front must send the Host and port qBittorrent itself listens on.',
  )
}

export function accessDenied(answer: HttpAnswer): ServerFault {
  const html = looksLikeHtml(answer.body)
  const text = html ? 'Something in front of the server' : 'The server'
  return new ServerFault('server_failed', 'access_denied', `${text} denies access (403).`)
}

function unauthorised(challenge: string | string[] | undefined): ServerFault {
  if (challenge === undefined) return hostRejected()
  if (/realm="?Transmission\b/i.test(String(challenge))) {
    return new ServerFault(
      'wrong_server',
      'not_a_torrent_server',
      'Transmission answers at this address, not qBittorrent (401).',
    )
  }
  return new ServerFault(
    'login_refused',
    'wrong_credentials',
    'A proxy in front of the server asks for other credentials (401).',
  )
}

function redirected(answer: HttpAnswer): ServerFault {
  const target = String(answer.headers['location'] ?? '')
  return /login|signin|auth|sso/i.test(target)
    ? new ServerFault('wrong_server', 'login_page', `We are sent on to a login page (${answer.status}).`)
    : new ServerFault('wrong_server', 'wrong_path', `We are sent on to another address (${answer.status}).`)
}

function notThere({url}: Pick<ServerDefinition, 'url'>): ServerFault {
  const hasPath = new URL(url).pathname.replace(/\/+$/, '') !== ''
  return hasPath
    ? new ServerFault('wrong_server', 'wrong_path', 'There is no qBittorrent API below this path (404).')
    : new ServerFault(
        'wrong_server',
        'not_a_torrent_server',
        'There is no qBittorrent API at this address (404).',
      )
}
