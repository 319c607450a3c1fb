import {Command} from 'cmdk'
import {Check, Plus, Search} from 'lucide-react'
import {Popover as Radix} from 'radix-ui'
import {useState, type KeyboardEvent, type ReactNode} from 'react'
import {text} from '../i18n/text.ts'
import {CheckMark} from './CheckMark.tsx'
import {bareInputClass, panelClass} from './control-class.ts'
import {Icon} from './Icon.tsx'
import {joined} from './joined.ts'
import {letterOf} from './keys.ts'

const row =
  'relative flex min-h-7 items-center gap-2 rounded-s px-2 py-1 select-none aria-disabled:text-text-3 ' +
  'data-[selected=true]:bg-accent-soft pointer-coarse:min-h-11'

/** The list that opens below a combobox: a search field, what there is, and what can be made new. */
export function ChoiceList({
  label,
  options,
  isSelected,
  look,
  onPick,
  createLabel,
  id,
  begun,
}: {
  label: string
  options: readonly Choice[]
  isSelected: (value: string) => boolean
  /** How chosen ones are marked: of several each has a box. */
  look: 'one' | 'several'
  /** Of the list, for the control that opens it. */
  id: string
  onPick: (value: string) => void
  createLabel?: ((typed: string) => string) | undefined
  /** Typed on the control already, which opened the list. */
  begun: string
}) {
  const [typed, setTyped] = useState('')
  const wanted = typed.trim()
  const isNew = wanted !== '' && !options.some(({value, label}) => value === wanted || label === wanted)
  return (
    <Radix.Portal>
      <Radix.Content
        id={id}
        align="start"
        sideOffset={4}
        collisionPadding={8}
        aria-label={label}
        onOpenAutoFocus={() => setTyped(begun)}
        onCloseAutoFocus={() => setTyped('')}
        className={joined(
          panelClass,
          'w-max max-w-[min(420px,calc(100vw-16px))] min-w-(--radix-popover-trigger-width) overflow-hidden',
        )}
      >
        <Command label={label} loop>
          <div className="flex h-9 items-center gap-2 border-b border-line px-3 text-text-3 pointer-coarse:h-11">
            <Icon icon={Search} size={14} />
            <Command.Input
              value={typed}
              onValueChange={setTyped}
              placeholder={text(createLabel ? 'select.find-or-create' : 'select.find')}
              className={joined(bareInputClass, 'text-text placeholder:text-text-3 pointer-coarse:text-16')}
            />
          </div>
          <Command.List className="max-h-[min(320px,50dvh)] scroll-py-1 overflow-y-auto p-1">
            {!createLabel && (
              <Command.Empty className="px-2 py-2 text-text-3">{text('select.nothing')}</Command.Empty>
            )}
            {options.map((option) => (
              <Row
                key={option.value}
                option={option}
                mark={<Mark look={look} isSelected={isSelected(option.value)} />}
                onPick={onPick}
              />
            ))}
            {createLabel && isNew && (
              <Command.Item
                forceMount
                value={`\u0000${wanted}`}
                onSelect={() => onPick(wanted)}
                className={row}
              >
                <span className="grid w-4 shrink-0 place-items-center">
                  <Icon icon={Plus} size={14} />
                </span>
                {createLabel(wanted)}
              </Command.Item>
            )}
          </Command.List>
        </Command>
      </Radix.Content>
    </Radix.Portal>
  )
}

/** Whether the list of a control is open, and what was typed on it: who types need not open it first. */
export function useChoiceOpening() {
  const [isOpen, setIsOpen] = useState(false)
  const [begun, setBegun] = useState('')
  const setOpen = (willBe: boolean) => {
    setBegun('')
    setIsOpen(willBe)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const letter = letterOf(event)
    if (letter === null) return
    event.preventDefault()
    setBegun(letter)
    setIsOpen(true)
  }
  return {isOpen, setOpen, begun, onKeyDown}
}

function Mark({look, isSelected}: {look: 'one' | 'several'; isSelected: boolean}) {
  if (look === 'several') return <CheckMark state={isSelected} />
  return isSelected && <Icon icon={Check} size={14} className="text-accent" />
}

function Row({option, mark, onPick}: {option: Choice; mark: ReactNode; onPick: (value: string) => void}) {
  const below = option.disabledReason ?? option.hint
  return (
    <Command.Item
      value={option.value === '' ? option.label : option.value}
      keywords={[option.label]}
      disabled={option.disabledReason !== undefined}
      onSelect={() => onPick(option.value)}
      className={row}
    >
      <span className="grid w-4 shrink-0 place-items-center">{mark}</span>
      <span className="grid min-w-0">
        <span className="truncate">{option.label}</span>
        {below !== undefined && <span className="text-11 text-pretty text-text-3">{below}</span>}
      </span>
    </Command.Item>
  )
}

/** Something to choose from a list. */
export interface Choice<V extends string = string> {
  readonly value: V
  readonly label: string
  readonly hint?: string | undefined
  /** It stays visible, and says why it cannot be chosen. */
  readonly disabledReason?: string | undefined
}

export interface SelectProps<V extends string> {
  /** `null` = nothing chosen yet. */
  value: V | null
  onChange: (value: V) => void
  options: readonly Choice<V>[]
  /** Its name; within a `Field` the label is that. */
  label?: string | undefined
  placeholder?: string | undefined
  id?: string | undefined
  disabled?: boolean | undefined
  className?: string | undefined
}
