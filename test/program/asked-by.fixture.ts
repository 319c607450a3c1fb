/** Requests as `fetch` sends none: with a `Host` of their own, or from another address of this machine. */
import {request, type IncomingHttpHeaders} from 'node:http'
import {text} from 'node:stream/consumers'

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly json: unknown
}

export function askedBy(
  url: string,
  method: string,
  path: string,
  from: {
    readonly headers?: Readonly<Record<string, string>>
    readonly address?: string
    readonly body?: object
  } = {},
): Promise<RawAnswer> {
  const headers = {...(from.body && {'content-type': 'application/json'}), ...from.headers}
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url.replace(/\/$/, '')}${path}`,
      {method, headers, ...(from.address !== undefined && {localAddress: from.address})},
      (answer) => {
        const read = text(answer).then((body) => {
          const json: unknown = body === '' ? null : JSON.parse(body)
          return {status: answer.statusCode!, headers: answer.headers, json}
        })
        read.then(resolve, reject)
      },
    )
    sent.once('error', reject)
    sent.end(from.body && JSON.stringify(from.body))
  })
}
