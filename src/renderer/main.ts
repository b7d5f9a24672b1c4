import './no-eval.ts';
import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import './styles/charts.css';
import App from './App.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('The page has no element "app" to draw in.');
mount(App, { target });
