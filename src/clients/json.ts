/** JSON that is none, or too much of it. */
import {ServerFault} from '#model/errors.ts'

/** The answer does not begin like JSON: `head` is how it begins, to tell a web page from rubbish. */
export class NotJson extends ServerFault {
  readonly head: Buffer

  constructor(head: Buffer) {
    super('answer_invalid', 'garbled_answer', 'The answer is not JSON.', {outcomeUnknown: true})
    this.head = Buffer.from(head.subarray(0, 65_536))
  }
}

/** A whole small answer. @throws {ServerFault} when it is not JSON */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw garbled('it is not JSON', error)
  }
}

export function garbled(what: string, cause?: unknown): ServerFault {
  return new ServerFault('answer_invalid', 'garbled_answer', `The answer cannot be read: ${what}.`, {
    cause,
    outcomeUnknown: true,
  })
}

export function tooLarge(bytes: number): ServerFault {
  return new ServerFault('answer_invalid', 'answer_too_large', `One value is larger than ${bytes} bytes.`, {
    outcomeUnknown: true,
  })
}
