// The sequencer of an optical processing unit: patterns in pattern RAM become frames.
//
// One clock cycle is one tick of 10 ns. "On tick t" means: during cycle t, counted from the cycle after rst. All outputs
// belong to the cycle in which they are high; they are combinational in registers and in the inputs of that cycle.
//
// Implements the timing model for the internal trigger in hold mode:
//   1. A load starts as soon as the pattern is in RAM, the SRAM is free and the mirrors have settled.
//   2. It takes load_ticks.
//   3. The slot grid starts with the first load's end, rounded up to a refresh of the modulator, in steps of period_ticks.
//   4. A loaded pattern is latched on the next slot on which a camera buffer is free. A slot that passes because nothing
//      is loaded is an underrun, one that passes because no buffer is free a stall (not loaded is asked first).
//   5. A buffer is taken at the reset and given back when the image has been sent; on that very tick it is free.
//   6. Settling, trigger, exposure, charge transfer and read-out follow the reset at fixed distances.
//      The link sends one image at a time, in order.
//
// The durations are inputs, to be held stable while a run is under way. They must keep
//   load_ticks >= 1, settle_ticks >= 1, refresh_ticks >= 1,
//   period_ticks >= max(settle + extra_settle + trigger_delay + exposure, settle + load, transfer + readout) and
//   period_ticks a multiple of refresh_ticks.
// The other durations may be 0.

`timescale 10 ns / 1 ns
`default_nettype none

module opu_sequencer #(
    parameter TICK_WIDTH    = 32,  // bits of a duration, and of the sum of all of them
    parameter POINTER_WIDTH = 16,  // bits of a pattern's number in its run
    parameter BUFFERS_WIDTH = 8    // bits of a number of camera buffers
) (
    input  wire                     clk,
    input  wire                     rst,            // synchronous; the cycle after it is tick 0

    // Durations, ticks.
    input  wire [TICK_WIDTH-1:0]    load_ticks,           // L
    input  wire [TICK_WIDTH-1:0]    settle_ticks,         // S
    input  wire [TICK_WIDTH-1:0]    extra_settle_ticks,   // W
    input  wire [TICK_WIDTH-1:0]    trigger_delay_ticks,  // D
    input  wire [TICK_WIDTH-1:0]    exposure_ticks,       // E
    input  wire [TICK_WIDTH-1:0]    transfer_ticks,       // T
    input  wire [TICK_WIDTH-1:0]    readout_ticks,        // Q
    input  wire [TICK_WIDTH-1:0]    period_ticks,         // P
    input  wire [TICK_WIDTH-1:0]    refresh_ticks,        // V
    input  wire [TICK_WIDTH-1:0]    transmit_ticks,       // X
    input  wire [BUFFERS_WIDTH-1:0] buffers,              // Nbuf

    // Commands and pattern RAM.
    input  wire                     start,          // a run starts on this tick
    input  wire [POINTER_WIDTH-1:0] written,        // patterns of the run that are whole in pattern RAM on this tick
    input  wire                     all_written,    // no further pattern belongs to the run

    // Edges, one tick each.
    output wire                     load_start,
    output wire                     load_end,
    output wire                     reset_pulse,    // mirrors flip to the loaded pattern
    output wire                     trigger,        // mirrors have settled; the camera is triggered
    output wire                     exposure_start,
    output wire                     exposure_end,
    output wire                     readout_start,
    output wire                     readout_end,
    output wire                     tx_start,
    output wire                     tx_end,
    output wire                     underrun,
    output wire                     stall,

    output reg                      running,        // from the tick after start to the last pattern's reset
    output reg  [POINTER_WIDTH-1:0] shown           // patterns of the run that were latched
);

  localparam [TICK_WIDTH-1:0] ZERO = {TICK_WIDTH{1'b0}};
  localparam [TICK_WIDTH-1:0] ONE  = {{(TICK_WIDTH - 1){1'b0}}, 1'b1};

  // ---------------------------------------------------------------------------------------------------------------------
  // Loading: the SRAM holds one pattern, and is written only while it is free and the mirrors are at rest.

  reg                   loading;
  reg                   loaded;
  reg  [TICK_WIDTH-1:0] load_left;       // ticks until the load's end
  reg  [TICK_WIDTH-1:0] settle_left;     // ticks until a load may start

  wire                  is_running       = running | start;
  wire                  pattern_ready    = written != shown;
  wire                  sram_free        = ~loading & ~loaded;

  assign load_start = is_running & sram_free & pattern_ready & (settle_left == ZERO);
  assign load_end   = loading & (load_left == ZERO);
  wire                  is_loaded        = loaded | load_end;

  always @(posedge clk) begin
    if (rst) begin
      loading     <= 1'b0;
      loaded      <= 1'b0;
      load_left   <= ZERO;
      settle_left <= ZERO;
    end else begin
      if (load_start) begin
        loading   <= 1'b1;
        load_left <= load_ticks - ONE;
      end else if (load_end) begin
        loading <= 1'b0;
      end else if (loading) begin
        load_left <= load_left - ONE;
      end

      // A pattern that is latched on the tick of its load's end was never waiting.
      loaded <= is_loaded & ~reset_pulse;

      if (reset_pulse) settle_left <= settle_ticks - ONE;
      else if (settle_left != ZERO) settle_left <= settle_left - ONE;
    end
  end

  // ---------------------------------------------------------------------------------------------------------------------
  // The slot grid: it starts on a refresh, with the first pattern loaded, and goes on to the run's last reset.

  reg  [TICK_WIDTH-1:0] refresh_phase;   // ticks since the last refresh
  reg                   grid_runs;
  reg  [TICK_WIDTH-1:0] slot_left;       // ticks until the next slot

  wire                  first_slot       = ~grid_runs & running & is_loaded & (refresh_phase == ZERO);
  wire                  slot             = first_slot | (grid_runs & (slot_left == ZERO));
  wire                  buffer_is_free;

  assign reset_pulse = slot & is_loaded & buffer_is_free;
  assign underrun    = slot & ~is_loaded;
  assign stall       = slot & is_loaded & ~buffer_is_free;

  wire [POINTER_WIDTH-1:0] shown_next    = shown + {{(POINTER_WIDTH - 1) {1'b0}}, 1'b1};
  wire                  is_last          = reset_pulse & all_written & (shown_next == written);

  always @(posedge clk) begin
    if (rst) begin
      running       <= 1'b0;
      shown         <= {POINTER_WIDTH{1'b0}};
      refresh_phase <= ZERO;
      grid_runs     <= 1'b0;
      slot_left     <= ZERO;
    end else begin
      refresh_phase <= (refresh_phase == refresh_ticks - ONE) ? ZERO : refresh_phase + ONE;

      if (start) running <= 1'b1;
      else if (is_last) running <= 1'b0;

      if (reset_pulse) shown <= shown_next;

      if (is_last) grid_runs <= 1'b0;
      else if (slot) grid_runs <= 1'b1;

      if (slot) slot_left <= period_ticks - ONE;
      else if (grid_runs) slot_left <= slot_left - ONE;
    end
  end

  // ---------------------------------------------------------------------------------------------------------------------
  // Settling, trigger and exposure: one frame at a time, because the period is at least as long. The next frame may be
  // reset on the tick on which this one's exposure ends.

  wire [TICK_WIDTH-1:0] trigger_age        = settle_ticks + extra_settle_ticks;
  wire [TICK_WIDTH-1:0] exposure_start_age = trigger_age + trigger_delay_ticks;
  wire [TICK_WIDTH-1:0] exposure_end_age   = exposure_start_age + exposure_ticks;

  reg                   in_exposure;     // a frame is between its reset and the end of its exposure
  reg  [TICK_WIDTH-1:0] exposure_age;    // ticks since its reset

  assign trigger        = in_exposure & (exposure_age == trigger_age);
  assign exposure_start = in_exposure & (exposure_age == exposure_start_age);
  assign exposure_end   = in_exposure & (exposure_age == exposure_end_age);

  always @(posedge clk) begin
    if (rst) begin
      in_exposure  <= 1'b0;
      exposure_age <= ZERO;
    end else begin
      if (reset_pulse) in_exposure <= 1'b1;
      else if (exposure_end) in_exposure <= 1'b0;
      exposure_age <= reset_pulse ? ONE : exposure_age + ONE;
    end
  end

  // ---------------------------------------------------------------------------------------------------------------------
  // Charge transfer and read-out: one frame at a time as well, while the next one is exposed.

  wire [TICK_WIDTH-1:0] readout_end_age    = transfer_ticks + readout_ticks;

  reg                   in_readout;      // a frame is between the end of its exposure and the end of its read-out
  reg  [TICK_WIDTH-1:0] readout_age;     // ticks since the end of its exposure

  assign readout_start = (in_readout & (readout_age == transfer_ticks)) | (exposure_end & (transfer_ticks == ZERO));
  assign readout_end   = (in_readout & (readout_age == readout_end_age)) | (exposure_end & (readout_end_age == ZERO));

  always @(posedge clk) begin
    if (rst) begin
      in_readout  <= 1'b0;
      readout_age <= ZERO;
    end else begin
      if (exposure_end) in_readout <= readout_end_age != ZERO;
      else if (readout_end) in_readout <= 1'b0;
      readout_age <= exposure_end ? ONE : readout_age + ONE;
    end
  end

  // ---------------------------------------------------------------------------------------------------------------------
  // The link sends images in order, one at a time; a camera buffer is taken from the reset to the end of the sending.

  reg                     sending;
  reg [TICK_WIDTH-1:0]    tx_left;         // ticks until the end of the sending
  reg [BUFFERS_WIDTH-1:0] images_waiting;  // read out, not being sent yet
  reg [BUFFERS_WIDTH-1:0] buffers_taken;

  wire sending_ends   = sending & (tx_left == ZERO);
  wire image_waits    = (images_waiting != {BUFFERS_WIDTH{1'b0}}) | readout_end;

  assign tx_start = image_waits & (~sending | sending_ends);
  assign tx_end   = sending_ends | (tx_start & (transmit_ticks == ZERO));
  assign buffer_is_free = (buffers_taken < buffers) | tx_end;

  always @(posedge clk) begin
    if (rst) begin
      sending        <= 1'b0;
      tx_left        <= ZERO;
      images_waiting <= {BUFFERS_WIDTH{1'b0}};
      buffers_taken  <= {BUFFERS_WIDTH{1'b0}};
    end else begin
      if (tx_start) begin
        sending <= transmit_ticks != ZERO;
        tx_left <= transmit_ticks - ONE;
      end else if (sending_ends) begin
        sending <= 1'b0;
      end else if (sending) begin
        tx_left <= tx_left - ONE;
      end

      if (readout_end & ~tx_start) images_waiting <= images_waiting + 1'b1;
      else if (tx_start & ~readout_end) images_waiting <= images_waiting - 1'b1;

      if (reset_pulse & ~tx_end) buffers_taken <= buffers_taken + 1'b1;
      else if (tx_end & ~reset_pulse) buffers_taken <= buffers_taken - 1'b1;
    end
  end

endmodule

`default_nettype wire
