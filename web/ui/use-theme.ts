import {useEffect} from 'react'
import {usePreference} from '../api/preferences.ts'

/** Light or dark as the system says, unless somebody chose. */
export function useTheme(): void {
  const [theme] = usePreference('theme')
  useEffect(() => {
    const {dataset} = document.documentElement
    if (theme === 'system') delete dataset['theme']
    else dataset['theme'] = theme
  }, [theme])
}
