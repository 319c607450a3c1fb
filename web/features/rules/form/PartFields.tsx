import {Plus} from 'lucide-react'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {Remove} from './LeafLine.tsx'
import type {Edits, Part, Place} from './rule-document.ts'
import {firstOf, type ValueKind} from './value-kind.ts'
import {ValueControl} from './ValueControl.tsx'
import {Shown} from './Words.tsx'

export interface PartField {
  readonly key: string
  readonly label: string
  readonly kind: ValueKind
  /** It is shown where it is written, but rules of this subject may not have it. */
  readonly isForeign?: boolean
}

/** Keys of a part that may be there or not: those that are, and a menu of the others. */
export function PartFields({
  part,
  place,
  fields,
  edits,
  none,
}: {
  part: Part
  place: Place
  fields: readonly PartField[]
  /** `null` = it is only read. */
  edits: Edits | null
  /** What it means that none is there. */
  none: string
}) {
  const [there, missing] = [
    fields.filter(({key}) => key in part),
    fields.filter(({key, isForeign = false}) => !(key in part) && !isForeign),
  ]
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      {there.length === 0 && none !== '' && <span className="text-text-2">{none}</span>}
      {there.map(({key, label, kind}) => (
        <div key={key} className="flex max-w-full flex-wrap items-center gap-2">
          <span>{label}</span>
          {edits ? (
            <>
              <ValueControl
                {...{kind, label}}
                value={part[key]}
                onChange={(next) => edits.set([...place, key], next)}
              />
              <Remove what={label} onRemove={() => edits.remove([...place, key])} />
            </>
          ) : (
            <Shown value={labelOf(kind, part[key])} />
          )}
        </div>
      ))}
      {edits && missing.length > 0 && (
        <DropdownMenu
          label={text('rule-form.add')}
          trigger={
            <Button variant="ghost" icon={Plus}>
              {text('rule-form.add')}
            </Button>
          }
          entries={missing.map(({key, label, kind}) => ({
            id: key,
            label,
            onSelect: () => edits.set([...place, key], firstOf(kind)),
          }))}
        />
      )}
    </div>
  )
}

/** What a choice is called; any other value as it is. */
function labelOf(kind: ValueKind, value: unknown): unknown {
  return kind.is === 'choice' ? (kind.options.find((it) => it.value === value)?.label ?? value) : value
}
