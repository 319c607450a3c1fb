import {useQuery} from '@tanstack/react-query'
import {Save, Trash2} from 'lucide-react'
import {useId, useState} from 'react'
import {categoriesQuery, tagsQuery} from '../../api/labels.ts'
import {usePreference} from '../../api/preferences.ts'
import type {ServerDetail} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Checkbox} from '../../ui/Checkbox.tsx'
import {Combobox} from '../../ui/Combobox.tsx'
import {Field} from '../../ui/Field.tsx'
import {unitStep} from '../../ui/format.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {Input} from '../../ui/Input.tsx'
import {MultiCombobox} from '../../ui/MultiCombobox.tsx'
import {NumberInput} from '../../ui/NumberInput.tsx'
import {Popover} from '../../ui/Popover.tsx'
import {Select} from '../../ui/Select.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {labelsOn} from '../actions/dialogs/label-servers.ts'
import {isAbsolutePath, knownPaths} from '../servers/known-paths.ts'
import {
  layouts,
  presetNow,
  presetOptions,
  reasonAgainst,
  standardOptions,
  startModes,
  withoutPreset,
  withPreset,
  type AddOptions,
  type Layout,
  type StartMode,
} from './add-options.ts'

interface OptionFieldsProps {
  readonly options: AddOptions
  readonly onChange: (options: AddOptions) => void
  /** Of the chosen servers. */
  readonly details: readonly ServerDetail[]
}

/** What most people set; the rest on demand. */
export function OptionFields({options, onChange, details}: OptionFieldsProps) {
  const [isMore, setMore] = useState(false)
  const set = (change: Partial<AddOptions>) => onChange({...options, ...change})
  return (
    <div className="grid gap-3">
      <div className="grid grid-cols-2 gap-3">
        <CategoryField value={options.category} onChange={(category) => set({category})} details={details} />
        <TagsField values={options.tags} onChange={(tags) => set({tags})} details={details} />
        <PathField value={options.savePath} onChange={(savePath) => set({savePath})} details={details} />
        <PresetField options={options} onChange={onChange} />
      </div>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <TextButton aria-expanded={isMore} onClick={() => setMore(!isMore)}>
          {text(isMore ? 'add.options.less' : 'add.options.more')}
        </TextButton>
        {!isMore && <span className="text-12 text-text-3">{text('add.options.what')}</span>}
      </p>
      {isMore && <MoreOptions options={options} set={set} details={details} />}
    </div>
  )
}

interface PartProps<V> {
  readonly value: V
  readonly onChange: (value: V) => void
  readonly details: readonly ServerDetail[]
}

function CategoryField({value, onChange, details}: PartProps<string>) {
  const {data = []} = useQuery(categoriesQuery)
  const here = labelsOn(
    data,
    details.map(({server_id: id}) => id),
  )
  const reason = reasonAgainst('categories', details)
  return (
    <Field label={text('add.category')} hint={reason}>
      <Combobox
        value={value}
        disabled={reason !== undefined}
        onChange={onChange}
        options={[
          {value: '', label: text('category.none')},
          ...here.map(({name}) => ({value: name, label: name})),
          ...(value === '' || here.some(({name}) => name === value) ? [] : [{value, label: value}]),
        ]}
        createLabel={(name) => text('category.create', {name})}
      />
    </Field>
  )
}

function TagsField({
  values,
  onChange,
  details,
}: {
  values: readonly string[]
  onChange: (values: readonly string[]) => void
  details: readonly ServerDetail[]
}) {
  const {data = []} = useQuery(tagsQuery)
  return (
    <Field label={text('add.tags')} hint={reasonAgainst('tags', details)}>
      <MultiCombobox
        values={values}
        onChange={onChange}
        placeholder={text('add.tags.none')}
        options={data.map(({name}) => ({value: name, label: name}))}
        createLabel={(name) => text('category.create', {name})}
      />
    </Field>
  )
}

function PathField({value, onChange, details}: PartProps<string>) {
  const list = useId()
  const isWrong = value.trim() !== '' && !isAbsolutePath(value.trim())
  return (
    <Field label={text('add.path')} error={isWrong ? text('location.absolute') : undefined}>
      <Input
        list={list}
        autoComplete="off"
        spellCheck={false}
        placeholder={text('add.path.by-server')}
        value={value}
        onChange={(event) => onChange(event.target.value.trimStart())}
      />
      <datalist id={list}>
        {knownPaths(details).map((path) => (
          <option key={path} value={path}>
            {path}
          </option>
        ))}
      </datalist>
    </Field>
  )
}

/** A set of options under a name: chosen, saved, deleted. */
function PresetField({options, onChange}: {options: AddOptions; onChange: (options: AddOptions) => void}) {
  const [presets, setPresets] = usePreference('add.presets')
  const now = presetNow(presets, options)
  const isStandard = JSON.stringify(options) === JSON.stringify(standardOptions)
  return (
    <Field label={text('add.preset')}>
      <div className="flex gap-1">
        <Select
          className="min-w-0 flex-1"
          value={now ?? (isStandard ? '' : null)}
          placeholder={text('add.preset.own')}
          onChange={(name) => onChange(presetOptions(presets, name) ?? standardOptions)}
          options={[
            {value: '', label: text('add.preset.standard')},
            ...presets.map(({name}) => ({value: name, label: name})),
          ]}
        />
        {now !== null && (
          <IconButton
            icon={Trash2}
            label={text('add.preset.delete', {name: now})}
            onClick={() => setPresets(withoutPreset(presets, now))}
          />
        )}
        {now === null && !isStandard && (
          <SaveButton onSave={(name) => setPresets(withPreset(presets, name, options))} />
        )}
      </div>
    </Field>
  )
}

function SaveButton({onSave}: {onSave: (name: string) => void}) {
  const [isOpen, setOpen] = useState(false)
  const [name, setName] = useState('')
  const save = () => {
    if (name.trim() === '') return
    onSave(name.trim())
    setOpen(false)
  }
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      align="end"
      label={text('add.preset.save')}
      trigger={<IconButton icon={Save} label={text('add.preset.save')} />}
    >
      <div className="flex w-70 max-w-full items-end gap-2">
        <Field label={text('add.preset.name')} className="flex-1">
          <Input
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return
              // The form around it is not sent.
              event.preventDefault()
              save()
            }}
          />
        </Field>
        <Button
          className="h-8"
          onClick={save}
          disabledReason={name.trim() === '' ? text('add.preset.needs-name') : undefined}
        >
          {text('add.preset.save.button')}
        </Button>
      </div>
    </Popover>
  )
}

/** What a chosen server does not have stays in sight, with the reason. */
function MoreOptions({
  options,
  set,
  details,
}: {
  options: AddOptions
  set: (change: Partial<AddOptions>) => void
  details: readonly ServerDetail[]
}) {
  const against = (feature: string) => reasonAgainst(feature, details)
  return (
    <div className="grid gap-3">
      <div className="grid grid-cols-2 gap-3">
        <Field label={text('add.start')}>
          <Select<StartMode>
            value={options.start}
            onChange={(start) => set({start})}
            options={startModes.map((value) => ({
              value,
              label: text(`add.start.${value}`),
              disabledReason: needsCondition(value) ? against('addStopCondition') : undefined,
            }))}
          />
        </Field>
        <Field label={text('add.layout')}>
          <Select<Layout>
            value={options.layout}
            onChange={(layout) => set({layout})}
            options={layouts.map((value) => ({
              value,
              label: text(`add.layout.${value}`),
              disabledReason: value === 'as-server' ? undefined : against('addContentLayout'),
            }))}
          />
        </Field>
      </div>
      <Limits options={options} set={set} />
      <div className="grid gap-2">
        <Checkbox
          label={text('action.sequential')}
          checked={options.sequential}
          disabledReason={against('addSequential')}
          onChange={(sequential) => set({sequential})}
        />
        <Checkbox
          label={text('action.first-last')}
          checked={options.firstLast}
          disabledReason={against('addFirstLast')}
          onChange={(firstLast) => set({firstLast})}
        />
        <Checkbox
          label={text('add.skip-check')}
          hint={text('add.skip-check.hint')}
          checked={options.skipCheck}
          disabledReason={against('addSkipCheck')}
          onChange={(skipCheck) => set({skipCheck})}
        />
      </div>
    </div>
  )
}

function needsCondition(start: StartMode): boolean {
  return start === 'metadata' || start === 'filesChecked'
}

function Limits({options, set}: {options: AddOptions; set: (change: Partial<AddOptions>) => void}) {
  const step = unitStep()
  const speed = step === 1024 ? 'KiB/s' : 'kB/s'
  const input = (
    label: 'set-limits.down' | 'set-limits.up' | 'set-limits.ratio' | 'set-limits.seedingTime',
    value: number | null,
    unit: string,
    change: (value: number | null) => void,
  ) => (
    <Field label={text(label)}>
      <NumberInput
        value={value}
        min={0}
        unit={unit}
        placeholder={text('set-limits.none')}
        onChange={change}
      />
    </Field>
  )
  const {downLimit, upLimit, ratioLimit, seedingTime} = options
  return (
    <div className="grid grid-cols-2 gap-3">
      {input('set-limits.down', per(downLimit, step), speed, (it) => set({downLimit: times(it, step)}))}
      {input('set-limits.up', per(upLimit, step), speed, (it) => set({upLimit: times(it, step)}))}
      {input('set-limits.ratio', ratioLimit, '', (it) => set({ratioLimit: it}))}
      {input('set-limits.seedingTime', per(seedingTime, 60), text('unit.minute'), (it) =>
        set({seedingTime: times(it, 60)}),
      )}
    </div>
  )
}

function per(value: number | null, unit: number): number | null {
  return value === null ? null : Number((value / unit).toPrecision(6))
}

function times(value: number | null, unit: number): number | null {
  return value === null ? null : value * unit
}
