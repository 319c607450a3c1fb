import {useEffect} from 'react'
import {usePreference} from '../api/preferences.ts'
import {text} from '../i18n/text.ts'

/** 'Harbour.of.Glass · Torrents · Commodarr': nearest first. */
export function useTitle(...parts: readonly string[]): void {
  const title = [...parts, text('app.name')].join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
}

/** Light or dark as the system says, unless somebody chose. */
export function useTheme(): void {
  const [theme] = usePreference('theme')
  useEffect(() => {
    const {dataset} = document.documentElement
    if (theme === 'system') delete dataset['theme']
    else dataset['theme'] = theme
  }, [theme])
}
