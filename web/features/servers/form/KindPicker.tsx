import {RadioGroup} from 'radix-ui'
import type {DraftKind} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {kindName} from '../server-words.ts'

/** Every kind that a client speaks; a new one does not compile until it stands here. */
const kinds: {readonly [K in DraftKind]: K} = {
  qbittorrent: 'qbittorrent',
  transmission: 'transmission',
  rtorrent: 'rtorrent',
}

/** Which program it is. */
export function KindPicker({value, onChange}: {value: DraftKind; onChange: (kind: DraftKind) => void}) {
  return (
    <RadioGroup.Root
      value={value}
      onValueChange={(kind) => onChange(kind as DraftKind)}
      aria-label={text('server.form.kind')}
      className="grid grid-cols-3 gap-2 max-phone:grid-cols-[repeat(3,auto)] max-phone:gap-1.5"
    >
      {Object.values(kinds).map((kind) => (
        <RadioGroup.Item
          key={kind}
          value={kind}
          className="grid min-w-0 gap-px rounded-l border border-line-strong bg-surface px-3 py-2.5 text-left hover:bg-hover focus-visible:shadow-focus max-phone:px-2 max-phone:text-13 data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft data-[state=checked]:shadow-[inset_0_0_0_1px_var(--accent)] data-[state=checked]:focus-visible:shadow-focus"
        >
          <b className="truncate max-phone:tracking-tight">{kindName(kind)}</b>
          <span className="truncate text-12 text-text-3">{text(`server.kind.${kind}`)}</span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
