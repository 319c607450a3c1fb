import {Save, Trash2} from 'lucide-react'
import {useState} from 'react'
import {usePreference} from '../../api/preferences.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Field} from '../../ui/Field.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {Input} from '../../ui/Input.tsx'
import {Popover} from '../../ui/Popover.tsx'
import {Select} from '../../ui/Select.tsx'
import {standardOptions, type AddOptions} from './add-options.ts'
import {presetNow, presetOptions, withoutPreset, withPreset} from './presets.ts'

/** A set of options under a name: chosen, saved, deleted. */
export function PresetField({
  options,
  onChange,
}: {
  options: AddOptions
  onChange: (options: AddOptions) => void
}) {
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
