/** What goes wrong at an Arr's door, in our words or in its own; the key is in neither. */
import {CommodarrError, ServerFault} from '#model/errors.ts'

export function notAnArr(): ServerFault {
  return new ServerFault('wrong_server', 'not_a_torrent_server', 'What answers there is no Arr.')
}

/** Names what went wrong; the key is in none of it. @param late the time of the request was over; `null` = it was not */
export function faultOf(error: unknown, late: ServerFault | null, isChange: boolean): unknown {
  if (error instanceof CommodarrError && error !== late) return error
  if (late !== null) {
    return new ServerFault('server_unreachable', 'timed_out', 'No whole answer in time.', {
      cause: error,
      outcomeUnknown: isChange,
    })
  }
  const own = causeOf(error, (it) => it instanceof CommodarrError)
  if (own) return own
  const code = Reflect.get(causeOf(error, (it) => 'code' in it) ?? {}, 'code') as unknown
  // No socket's: a mistake of ours, or of whoever takes the elements of a list.
  if (typeof code !== 'string') return error
  const [reason, text] = reasonOf(code)
  const neverArrived = ['refused', 'dns', 'certificate', 'tls'].includes(reason)
  return new ServerFault('server_unreachable', reason, `${text} (${code}).`, {
    cause: error,
    outcomeUnknown: isChange && !neverArrived,
  })
}

function reasonOf(code: string): [ServerFault['reason'], string] {
  if (code === 'ECONNREFUSED') return ['refused', 'Nothing accepts connections at this address']
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return ['dns', 'The host name is not known']
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT')
    return ['timed_out', 'No connection in time']
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) return ['certificate', 'The certificate is not trusted']
  if (/^(ERR_SSL|EPROTO|ERR_TLS)/.test(code)) return ['tls', 'It does not speak TLS as we do']
  if (code.startsWith('Z_')) return ['garbled_answer', 'The answer cannot be decompressed']
  if (code.startsWith('HPE_')) return ['not_a_torrent_server', 'What answers there does not speak HTTP']
  return ['connection_reset', 'The connection broke']
}

function causeOf(error: unknown, isIt: (error: Error) => boolean): Error | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (isIt(at)) return at
  }
  return null
}

/** The Arr's own sentences, cut to what a person reads; its stack is left out. */
export function wordsIn(body: string): string {
  const answer = attempt(body)
  const texts = Array.isArray(answer)
    ? answer.map((it: unknown) => fieldOf(it, 'errorMessage'))
    : [fieldOf(answer, 'message'), fieldOf(answer, 'errorMessage')]
  const said = texts.filter((text) => text !== '').map((text) => text.split('\n')[0]!.trim())
  return said.join(' ').slice(0, 500)
}

function attempt(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return null
  }
}

function fieldOf(value: unknown, key: string): string {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return ''
  const text: unknown = Reflect.get(value, key)
  return typeof text === 'string' ? text : ''
}
