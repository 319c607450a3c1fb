import {ChevronDown} from 'lucide-react'
import {Popover as Radix} from 'radix-ui'
import {useId} from 'react'
import {text} from '../i18n/text.ts'
import {Chip} from './Chip.tsx'
import {ChoiceList, useChoiceOpening, type Choice} from './ChoiceList.tsx'
import {controlClass} from './control-class.ts'
import {useFieldWiring} from './Field.tsx'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'

/** Several of many: tags. What is chosen stands in the box and is taken out there. */
export function MultiCombobox({
  values,
  onChange,
  options,
  label,
  placeholder = text('select.placeholder'),
  createLabel,
  id,
  className,
}: {
  values: readonly string[]
  onChange: (values: readonly string[]) => void
  options: readonly Choice[]
  label?: string | undefined
  placeholder?: string | undefined
  /** New ones can be made: given their words, "Create tag keep". */
  createLabel?: ((typed: string) => string) | undefined
  id?: string | undefined
  className?: string | undefined
}) {
  const {isOpen, setOpen, begun, onKeyDown} = useChoiceOpening()
  const wiring = useFieldWiring(id)
  const listId = useId()
  const without = (gone: string) => values.filter((value) => value !== gone)
  const labelOf = (value: string) => options.find((option) => option.value === value)?.label ?? value
  return (
    <Radix.Root open={isOpen} onOpenChange={setOpen} modal>
      <Radix.Anchor asChild>
        <div
          className={joined(
            controlClass,
            'h-auto! min-h-8 pointer-coarse:min-h-11 flex-wrap gap-1! px-1.5! py-1',
            className,
          )}
        >
          {values.map((value) => (
            <Chip
              key={value}
              onRemove={() => onChange(without(value))}
              removeLabel={text('select.remove', {name: labelOf(value)})}
            >
              {labelOf(value)}
            </Chip>
          ))}
          <Radix.Trigger
            {...wiring}
            // A button that opens a list with a search field of its own.
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
            role="combobox"
            aria-expanded={isOpen}
            aria-controls={listId}
            onKeyDown={onKeyDown}
            aria-label={label}
            className="flex min-h-[22px] pointer-coarse:min-h-[34px] min-w-16 flex-1 items-center self-stretch rounded-s px-1 text-left text-text-3 focus-visible:shadow-focus"
          >
            <span className={joined('min-w-0 flex-1 truncate', values.length > 0 && 'sr-only')}>
              {placeholder}
            </span>
            <Icon icon={ChevronDown} size={14} className="ml-auto" />
          </Radix.Trigger>
        </div>
      </Radix.Anchor>
      <ChoiceList
        label={label ?? placeholder}
        options={[...options, ...ofTheirOwn(values, options)]}
        isSelected={(value) => values.includes(value)}
        look="several"
        id={listId}
        onPick={(value) => onChange(values.includes(value) ? without(value) : [...values, value])}
        createLabel={createLabel}
        begun={begun}
      />
    </Radix.Root>
  )
}

/** Chosen ones that were just made. */
function ofTheirOwn(values: readonly string[], options: readonly Choice[]): readonly Choice[] {
  const known = new Set(options.map(({value}) => value))
  return values.filter((value) => !known.has(value)).map((value) => ({value, label: value}))
}
