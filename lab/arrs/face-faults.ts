/** Answers that are not what they should be: cut short, doubled, with fields nobody knows. */
import type {Reply} from './asked.ts'
import type {Fault} from './faults.ts'

const HUGE_BYTES = 80 * 1024 * 1024

/** The reply with everything done to it that these faults do to a body. */
export function spoiled(reply: Reply, faults: readonly Fault[]): Reply {
  let changed = reply
  for (const fault of faults) changed = spoil(changed, fault)
  return changed
}

function spoil(reply: Reply, fault: Fault): Reply {
  if (reply.value === undefined) return reply
  switch (fault.kind) {
    case 'malformedJson':
      return {...reply, text: ['{"records": [}, broken']}
    case 'truncatedJson': {
      const whole = JSON.stringify(listed(reply.value))
      return {...reply, text: [whole.slice(0, Math.floor(whole.length / 2))]}
    }
    case 'hugeBody':
      return {...reply, text: huge()}
    case 'duplicateRows': {
      const value = listed(reply.value)
      return Array.isArray(value) ? {...reply, value: value.flatMap((row: unknown) => [row, row])} : reply
    }
    case 'missingField':
      return {...reply, value: replaced(listed(reply.value), fault.field, () => undefined)}
    case 'nullField':
      // Written out, where an Arr would leave it out.
      return {...reply, text: [JSON.stringify(replaced(listed(reply.value), fault.field, () => null))]}
    case 'unknownEnum':
      return {...reply, value: replaced(listed(reply.value), fault.field, () => 'somethingNew')}
    case 'clockSkew':
      return {...reply, value: shifted(listed(reply.value), fault.seconds * 1_000)}
    default:
      return reply
  }
}

/** Longer than anybody should read. */
function* huge(): Generator<string> {
  const blank = ' '.repeat(1024 * 1024)
  yield '['
  for (let sent = 0; sent < HUGE_BYTES; sent += blank.length) yield blank
  yield ']'
}

function listed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Symbol.iterator in value ? [...(value as Iterable<unknown>)] : value
}

/** Every date, by the clock of a machine that is wrong. */
export function shifted(value: unknown, ms: number): unknown {
  if (typeof value === 'string') {
    return /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(Date.parse(value) + ms).toISOString() : value
  }
  if (Array.isArray(value)) return value.map((one) => shifted(one, ms))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, shifted(field, ms)]))
}

/** Every field of this name, however deep. */
function replaced(value: unknown, name: string, by: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => replaced(one, name, by))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, key === name ? by(field) : replaced(field, name, by)]),
  )
}
