import {pagePauses} from '../ui/slices.ts'
import {askForBytes, type Asking} from './ask.ts'
import {LongList} from './long-list.ts'
import {NoAnswer} from './problem.ts'

/** The rows of `{"name":[…]}`; the page goes on meanwhile. @throws {Problem} {NoAnswer} */
export async function askForList<Row>(path: string, name: string, asking: Asking): Promise<Row[]> {
  const bytes = await askForBytes(path, asking)
  try {
    return await read<Row>(bytes, name)
  } catch (cause) {
    if (asking.signal?.aborted) throw cause
    throw new NoAnswer('The answer of Commodarr broke off.', {cause})
  }
}

async function read<Row>(bytes: ReadableStream<Uint8Array>, name: string): Promise<Row[]> {
  const reader = bytes.getReader()
  const decoder = new TextDecoder()
  const list = new LongList<Row>(name)
  const pauses = pagePauses()
  for (;;) {
    const {done, value} = await reader.read()
    if (done) return list.finish()
    for (const _ of list.push(decoder.decode(value, {stream: true}))) {
      if (pauses.due()) await pauses.next()
    }
  }
}
