import {useQuery} from '@tanstack/react-query'
import {Save, Trash2} from 'lucide-react'
import {useId, useState} from 'react'
import {categoriesQuery, tagsQuery} from '../../api/labels.ts'
import {usePreference} from '../../api/preferences.ts'
import type {ServerDetail} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Combobox} from '../../ui/Combobox.tsx'
import {Field} from '../../ui/Field.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {Input} from '../../ui/Input.tsx'
import {MultiCombobox} from '../../ui/MultiCombobox.tsx'
import {Popover} from '../../ui/Popover.tsx'
import {Select} from '../../ui/Select.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {labelsOn} from '../actions/dialogs/label-servers.ts'
import {isAbsolutePath, knownPaths} from '../servers/known-paths.ts'
import {standardOptions, type AddOptions} from './add-options.ts'
import {MoreOptions} from './MoreOptions.tsx'
import {reasonAgainst} from './offered.ts'
import {presetNow, presetOptions, withoutPreset, withPreset} from './presets.ts'

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
        placeholder={text('add.path.by-category')}
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
