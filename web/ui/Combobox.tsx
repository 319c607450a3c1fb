import {ChevronDown} from 'lucide-react'
import {Popover as Radix} from 'radix-ui'
import {useId} from 'react'
import {text} from '../i18n/text.ts'
import {ChoiceList, useChoiceOpening, type SelectProps} from './ChoiceList.tsx'
import {controlClass} from './control-class.ts'
import {useFieldWiring} from './Field.tsx'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'

interface ComboboxProps<V extends string> extends SelectProps<V> {
  /** What was typed may be taken as it is: given its words, "Use music/flac". */
  createLabel?: ((typed: string) => string) | undefined
}

/** One of many: type to find. */
export function Combobox<V extends string>({
  value,
  onChange,
  options,
  label,
  placeholder = text('select.placeholder'),
  id,
  disabled = false,
  createLabel,
  className,
}: ComboboxProps<V>) {
  const {isOpen, setOpen, begun, onKeyDown} = useChoiceOpening()
  const wiring = useFieldWiring(id)
  const listId = useId()
  const selected = options.find((option) => option.value === value)?.label ?? value
  const select = (picked: string) => {
    onChange(picked as V)
    setOpen(false)
  }
  return (
    <Radix.Root open={isOpen} onOpenChange={setOpen} modal>
      <Radix.Trigger
        {...wiring}
        // A button that opens a list with a search field of its own.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={listId}
        onKeyDown={onKeyDown}
        aria-label={label}
        disabled={disabled}
        className={joined(controlClass, className)}
      >
        <span className={joined('min-w-0 flex-1 truncate', !selected && 'text-text-3')}>
          {selected === null || selected === '' ? placeholder : selected}
        </span>
        <Icon icon={ChevronDown} size={14} className="text-text-3" />
      </Radix.Trigger>
      <ChoiceList
        label={label ?? placeholder}
        options={options}
        isSelected={(option) => option === value}
        look="one"
        id={listId}
        onPick={select}
        createLabel={createLabel}
        begun={begun}
      />
    </Radix.Root>
  )
}
