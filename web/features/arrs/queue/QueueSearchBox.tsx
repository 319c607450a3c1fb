import {useMemo} from 'react'
import {serverNow} from '../../../live/clock.ts'
import {ListSearchBox, type SearchOfList} from '../ListSearchBox.tsx'
import {queueCompletions, queueValues} from './queue-completions.ts'
import type {QueueLine} from './queue-lines.ts'
import {queueQuery, type QueueReader} from './queue-query.ts'

/** The search of the queue. */
export function QueueSearchBox({
  q,
  lines,
  reader,
  found,
  onChange,
}: {
  /** As the address has it. */
  q: string
  /** All that it looks among. */
  lines: readonly QueueLine[]
  reader: QueueReader
  /** So many downloads the list shows. */
  found: number
  onChange: (q: string) => void
}) {
  const search = useMemo((): SearchOfList => {
    const values = queueValues(lines)
    return {
      mistakesOf: (written) => mistakesOf(written, reader),
      completions: (written, cursor, isAsked) => queueCompletions(written, cursor, values, isAsked),
      countOf: (query) => {
        const {judge, mistakes} = queueQuery(query, reader)
        return mistakes.length > 0 ? null : lines.filter((line) => judge(line) === true).length
      },
    }
  }, [lines, reader])
  return (
    <ListSearchBox
      name="queue"
      label="queue.find"
      q={q}
      search={search}
      found={found}
      className="w-72"
      onChange={onChange}
    />
  )
}

/** Before the servers are known every name of one would be unknown. */
function mistakesOf(written: string, reader: QueueReader) {
  const {mistakes} = queueQuery(written, {...reader, now: serverNow()})
  return mistakes.filter(({code}) => code !== 'unknown_server' || reader.servers.length > 0)
}
