// Given to Electron with -r: keeps what the program tells its tray, and what its window says it shows, so that a test can
// read it. Electron has no way to
// read a tooltip or a menu back, and the program itself has nothing in it for tests.
'use strict';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- -r takes CommonJS only
const { ipcMain, Tray } = require('electron');

const said = { images: 0, tooltip: '', menu: null, balloons: [], tray: null, viewing: [] };
globalThis.trayRecord = said;

const keep = {
  setImage: () => (said.images += 1),
  setToolTip: (text) => (said.tooltip = text),
  setContextMenu: (menu) => (said.menu = menu),
  displayBalloon: (options) => said.balloons.push(options),
};
for (const [name, record] of Object.entries(keep)) {
  const original = Tray.prototype[name];
  Tray.prototype[name] = function (...args) {
    said.tray = this;
    record(...args);
    return original.apply(this, args);
  };
}

const handle = ipcMain.handle.bind(ipcMain);
ipcMain.handle = (channel, listener) =>
  handle(channel, (event, input) => {
    if (channel === 'call:viewing') said.viewing = input.services;
    return listener(event, input);
  });
