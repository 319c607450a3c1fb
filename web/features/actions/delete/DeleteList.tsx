import type {RemovalPreview} from '../../../api/actions.ts'
import {bytes} from '../../../ui/format.ts'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {counted} from '../counted.ts'

/** The first five by name, then how many more. */
export function DeleteList({preview: {first, count, size}}: {preview: RemovalPreview}) {
  const more = count - first.length
  return (
    <ul className="min-w-0 divide-y divide-line rounded-m border border-line-strong">
      {first.map((it) => (
        <li key={`${it.server_id}~${it.info_hash}`} className="flex items-center gap-4 px-2.5 py-1.5">
          <MiddleText className="flex-1">{it.name}</MiddleText>
          <Quantity value={bytes(it.size)} className="text-text-2" />
        </li>
      ))}
      {more > 0 && (
        <li className="flex items-center gap-4 px-2.5 py-1.5 text-text-2">
          <span className="flex-1">{counted('delete.more', more)}</span>
          <Quantity value={bytes(size)} />
        </li>
      )}
    </ul>
  )
}
