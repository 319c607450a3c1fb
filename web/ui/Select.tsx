import {Check, ChevronDown} from 'lucide-react'
import {Select as Radix} from 'radix-ui'
import {nonce} from '../api/nonce.ts'
import {text} from '../i18n/text.ts'
import type {Choice, SelectProps} from './ChoiceList.tsx'
import {Combobox} from './Combobox.tsx'
import {controlClass, panelClass} from './control-class.ts'
import {useFieldWiring} from './Field.tsx'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'

const MOST_WITHOUT_SEARCH = 8
/** Radix keeps '' for "nothing chosen". */
const EMPTY = '\u0000'

/** One of a few; of more than eight one finds by typing. */
export function Select<V extends string>(props: SelectProps<V>) {
  return props.options.length > MOST_WITHOUT_SEARCH ? <Combobox {...props} /> : <Short {...props} />
}

function Short<V extends string>({
  value,
  onChange,
  options,
  label,
  placeholder = text('select.placeholder'),
  id,
  disabled = false,
  className,
}: SelectProps<V>) {
  const wiring = useFieldWiring(id)
  const selected = options.find((option) => option.value === value)
  return (
    <Radix.Root
      value={value === null ? '' : value || EMPTY}
      onValueChange={(picked) => onChange((picked === EMPTY ? '' : picked) as V)}
      disabled={disabled}
    >
      <Radix.Trigger {...wiring} aria-label={label} className={joined(controlClass, className)}>
        <span className={joined('min-w-0 flex-1 truncate', !selected && 'text-text-3')}>
          <Radix.Value placeholder={placeholder}>{selected?.label}</Radix.Value>
        </span>
        <Icon icon={ChevronDown} size={14} className="text-text-3" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className={joined(
            panelClass,
            'max-h-(--radix-select-content-available-height) max-w-[calc(100vw-16px)] min-w-(--radix-select-trigger-width) overflow-hidden',
          )}
        >
          <Radix.Viewport nonce={nonce} className="p-1">
            {options.map((option) => (
              <Option key={option.value} {...option} />
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function Option({value, label, hint, disabledReason}: Choice) {
  const below = disabledReason ?? hint
  return (
    <Radix.Item
      value={value || EMPTY}
      disabled={disabledReason !== undefined}
      className="flex min-h-7 items-start gap-2 rounded-s py-1 pr-2 pl-7 outline-none select-none data-disabled:text-text-3 data-highlighted:bg-accent-soft data-highlighted:shadow-none data-[state=checked]:font-medium pointer-coarse:min-h-11 pointer-coarse:items-center"
    >
      <Radix.ItemIndicator className="absolute left-3 mt-0.5 text-accent">
        <Icon icon={Check} size={14} />
      </Radix.ItemIndicator>
      <span className="grid min-w-0">
        <Radix.ItemText>{label}</Radix.ItemText>
        {below !== undefined && <span className="text-11 font-normal text-pretty text-text-3">{below}</span>}
      </span>
    </Radix.Item>
  )
}
